import { z } from "zod";
import type { Answer, SignedRequest } from "../../../reactor/juno/client.ts";
import { decimalToUnits } from "../../../reactor/juno/decimal.ts";
import type { Bank } from "./createBank.ts";
import {
  accountJson,
  balancesJson,
  detailJson,
  failureJson,
  type Listed,
  refundJson,
  speiPage,
  springPage,
  summaryJson,
} from "./wire.ts";

const amount = z
  .union([z.string(), z.number().transform(String)])
  .transform((text) => decimalToUnits(text, 6) ?? 0n)
  .refine((baseUnits) => baseUnits > 0n && baseUnits % 10_000n === 0n);
const withdrawal = z.object({ amount, address: z.string() });
const redemption = z.object({ amount, destination_bank_account_id: z.string() });
const account = z.object({ tag: z.string(), recipient_legal_name: z.string(), clabe: z.string() });

const answer = (httpStatus: number, text: string): Answer => ({ httpStatus, text, retryAfter: null, tooLong: false });
const done = (payload: string) => answer(200, `{"success":true,"payload":${payload}}`);

/** What of a bank answers requests. */
export type Asked = Pick<
  Bank,
  "accountTexts" | "byId" | "held" | "order" | "refunds" | "register" | "spei" | "transactions"
>;

/** Answers one request as the bank does, once it has arrived. */
export function answerRequest(bank: Asked, url: URL, request: SignedRequest): Answer {
  const [path, query] = [url.pathname, url.searchParams];
  if (request.method === "POST") return answerOrder(bank, path, request);
  const [, id] = /^\/mint_platform\/v1\/transactions\/([^/]+)$/.exec(path) ?? [];
  if (id !== undefined) {
    const tx = bank.byId.get(id);
    return tx ? answer(200, detailJson(tx)) : answer(404, failureJson("32004", "Resource not found"));
  }
  switch (path) {
    case "/mint_platform/v1/transactions": {
      const from = Date.parse(query.get("iso_date_from") ?? "");
      return answer(
        200,
        springPage(newest(bank.transactions, from), (tx) => (tx.listed ??= summaryJson(tx)), query),
      );
    }
    case "/mint_platform/v1/financial_movements":
      return answer(200, springPage(newest(bank.refunds, 0), refundJson, query));
    case "/spei/v1/deposits": {
      const from = Date.parse(query.get("start_date") ?? "");
      return answer(
        200,
        speiPage(newest(bank.spei, from), (one) => one.listed, query),
      );
    }
    case "/mint_platform/v1/balances":
      return answer(200, balancesJson(bank.held.available));
    case "/mint_platform/v1/accounts/banks":
      return done(`[${bank.accountTexts.join(",")}]`);
    default:
      throw new Error(`The simulated bank has no GET ${path}.`);
  }
}

function answerOrder(bank: Asked, path: string, { body = "", headers }: SignedRequest): Answer {
  const json: unknown = JSON.parse(body);
  const key = headers["x-idempotency-key"] ?? "";
  switch (path) {
    case "/mint_platform/v1/withdrawals": {
      const { amount: amountBaseUnits, address } = withdrawal.parse(json);
      const tx = bank.order("CRYPTO_WITHDRAWAL", key, { amountBaseUnits, address });
      return tx ? done(summaryJson(tx)) : answer(400, failureJson("34001", "Insufficient balance"));
    }
    case "/mint_platform/v1/redemptions": {
      const { amount: amountBaseUnits, destination_bank_account_id: accountId } = redemption.parse(json);
      const tx = bank.order("REDEMPTION", key, { amountBaseUnits, accountId });
      return tx ? done(summaryJson(tx)) : answer(400, failureJson("34001", "Insufficient balance"));
    }
    case "/mint_platform/v1/accounts/banks": {
      const { tag, recipient_legal_name: name, clabe } = account.parse(json);
      return done(accountJson(bank.register({ tag, name, clabe })));
    }
    default:
      throw new Error(`The simulated bank has no POST ${path}.`);
  }
}

/** The newest first, back to a moment; the list is in the order of making. */
function newest<T extends { createdAtMs: number }>(all: readonly T[], fromMs: number): Listed<T> {
  let [first, end] = [0, all.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    if ((all[middle]?.createdAtMs ?? 0) >= fromMs) end = middle;
    else first = middle + 1;
  }
  return {
    length: all.length - first,
    slice: (from, to) => all.slice(Math.max(first, all.length - to), Math.max(first, all.length - from)).reverse(),
  };
}
