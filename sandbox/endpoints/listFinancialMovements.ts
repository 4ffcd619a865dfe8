import type { Handler } from "hono";
import type { Bank } from "../bank.ts";
import type { RefundEntry, SpeiOut, Transaction } from "../books/records.ts";
import { transactionOf } from "../books/state.ts";
import { MOVEMENT_STATUS, REFUND_LINK_FIELD, REFUND_METHOD } from "../guesses.ts";
import { isoTime } from "../http/isoTime.ts";
import { springPage, springPaging } from "../http/pages.ts";
import { parseOrRefuse } from "../http/parseRequest.ts";
import { decimalFromBaseUnits, decimalFromCentavos } from "../money.ts";

type Movement = { at: number; entry: Record<string, unknown> };

/**
 * GET /mint_platform/v1/financial_movements: deposits, withdrawals and the refunds between them, newest first. Documented:
 * `type` and exactly one detail object, refunds of failed redemptions as FUNDING, refunds of failed issuances as WITHDRAWAL.
 * The fields inside and the paging are a GUESS (a Spring page like its sister list).
 */
export function listFinancialMovements(bank: Bank): Handler {
  return (c) => {
    const paging = parseOrRefuse(springPaging, c.req.query());
    const { transactions, refunds, speiOut } = bank.books.state;
    const movements = [
      ...[...transactions.values()].map(ordered),
      ...refunds.map((refund) => refunded(refund, transactionOf(bank.books.state, refund.transactionId))),
      ...speiOut.filter(({ kind }) => kind === "issuance_refund").map(sentBack),
    ];
    movements.sort((one, other) => other.at - one.at);
    return c.json({
      success: true,
      payload: springPage(
        movements.map(({ entry }) => entry),
        paging,
      ),
    });
  };
}

function ordered({ id, order, status, amountBaseUnits, createdAt, updatedAt }: Transaction): Movement {
  const isFunding = order.type === "ISSUANCE" || order.type === "CRYPTO_DEPOSIT";
  const amount = decimalFromBaseUnits(amountBaseUnits);
  const method = order.type === "ISSUANCE" || order.type === "REDEMPTION" ? "SPEI" : "BLOCKCHAIN";
  const details = { transaction_id: id, amount, method };
  return {
    at: createdAt,
    entry: {
      id,
      type: isFunding ? "FUNDING" : "WITHDRAWAL",
      status: MOVEMENT_STATUS[status],
      created_at: isoTime(createdAt),
      updated_at: isoTime(updatedAt),
      ...(isFunding ? { funding: details } : { withdrawal: details }),
    },
  };
}

/** The entry that gives a failed withdrawal or redemption back. */
function refunded({ id, transactionId, createdAt }: RefundEntry, failed: Transaction): Movement {
  const funding = {
    amount: decimalFromBaseUnits(failed.amountBaseUnits),
    method: REFUND_METHOD,
    [REFUND_LINK_FIELD]: transactionId,
  };
  return { at: createdAt, entry: { id, type: "FUNDING", ...settled(createdAt), funding } };
}

/** The entry of a deposit that was not issued and went back to its sender. */
function sentBack({ id, transactionId, amountCentavos, createdAt }: SpeiOut): Movement {
  const withdrawal = {
    amount: decimalFromCentavos(amountCentavos),
    method: REFUND_METHOD,
    [REFUND_LINK_FIELD]: transactionId,
  };
  return { at: createdAt, entry: { id, type: "WITHDRAWAL", ...settled(createdAt), withdrawal } };
}

const settled = (at: number) => ({
  status: MOVEMENT_STATUS.COMPLETE,
  created_at: isoTime(at),
  updated_at: isoTime(at),
});
