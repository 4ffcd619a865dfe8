import type { Bank } from "../bank.ts";
import type { Transaction } from "../books/records.ts";
import { callToken } from "../chain/callToken.ts";
import { BASE_UNITS_PER_CENTAVO, decimalFromCentavos } from "../money.ts";
import { backToSender } from "./backToSender.ts";
import { move } from "./move.ts";
import type { OrderOf } from "./settle.ts";

/** A deposit under 100 MXN is not issued (documented). */
const MINIMUM_CENTAVOS = 10_000n;

/** PENDING → IN_PROGRESS → the mint to JUNO_WALLET → COMPLETE; what cannot be minted goes back to the account it came from. */
export async function settleIssuance(bank: Bank, transaction: Transaction, order: OrderOf<"ISSUANCE">): Promise<void> {
  const { id, status, fate, amountBaseUnits } = transaction;
  if (status === "COMPLETE") return;
  if (status === "PENDING") {
    await bank.work.sleep(fate.settleAfterMs ?? bank.delays.mintMs);
    if (amountBaseUnits < MINIMUM_CENTAVOS * BASE_UNITS_PER_CENTAVO) {
      return sendBack(bank, transaction, order, `The minimum is ${decimalFromCentavos(MINIMUM_CENTAVOS)} MXN`);
    }
    move(bank, id, { status: "IN_PROGRESS" });
  }
  const wallet = bank.chain.wallet.address;
  const outcome = await callToken(bank, id, { functionName: "mint", args: [wallet, amountBaseUnits] });
  if (outcome.kind === "reverted") return sendBack(bank, transaction, order, outcome.reason);
  move(bank, id, { status: "COMPLETE", hash: outcome.hash });
}

function sendBack(bank: Bank, transaction: Transaction, order: OrderOf<"ISSUANCE">, failure: string): void {
  move(bank, transaction.id, { status: "FAILED", failure, ...backToSender(bank, transaction, order) });
}
