import { movementOf } from "../../books/places.ts";
import { maskClabe } from "../../payments/clabe.ts";
import { type Leg, rowOf } from "../../payments/leg.ts";
import { toDecimal } from "../../payments/money.ts";
import { orderKey } from "../../payments/orderKey.ts";
import type { SendAction } from "../../payments/table.ts";
import { contextOf } from "../../store/contextOf.ts";
import type { Queryable } from "../../store/database.ts";
import { readInstallationId } from "../../store/evidence.ts";
import type { FactsContext } from "../../store/factsOf.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import type { Plan, PlannedCall } from "./plan.ts";

const BANK: ReadonlySet<SendAction> = new Set<SendAction>(["withdraw", "registerAccount", "redeem"]);

/**
 * The call that leaves once a leg is in a state, and the movement that it reserves; none for a state that only listens.
 * @param own of the reactor that answers, which may be another lane's.
 */
export async function effectsOf(
  db: Queryable,
  leg: Leg,
  record: PaymentRecord,
  own: FactsContext,
): Promise<Pick<Plan, "calls" | "ledger">> {
  const action = leg.state === "review" ? undefined : rowOf(leg.kind, leg.state).does;
  if (action === undefined || action === "confirmBlock") return { calls: [], ledger: [] };
  const { id: legId, paymentId, generation } = leg;
  const context = await contextOf(db, own, record.payment.lane);
  const call: PlannedCall = {
    to: BANK.has(action) ? "bank" : "chain",
    action,
    key: orderKey({ installationId: await readInstallationId(db), paymentId, legId, action, generation }),
    body: bodyOf(action, leg, record, context),
  };
  const movement = movementOf(action, leg);
  const amount = toDecimal(leg.amountCentavos);
  return { calls: [call], ledger: movement === null ? [] : [{ ...movement, amount, state: "pending" }] };
}

function bodyOf(
  action: SendAction,
  leg: Leg,
  { accounts }: PaymentRecord,
  context: FactsContext,
): Readonly<Record<string, string>> {
  const amount = toDecimal(leg.amountCentavos);
  const account = accounts.find(({ legId, payee }) => legId === leg.id && payee === leg.payee);
  const clabe = account === undefined ? "—" : maskClabe(account.clabe);
  const escrow_id = leg.carried.escrowId ?? "—";
  switch (action) {
    case "withdraw":
      return { amount, address: context.bridge };
    case "registerAccount":
      return { clabe };
    case "redeem":
      return { amount, clabe, bank_account_id: leg.carried.bankAccountId ?? "—" };
    case "createEscrow":
      return { amount, contract: context.escrowContract };
    case "returnToJuno":
      return { amount, to: context.junoWallet };
    case "fundEscrow":
    case "release":
    case "resolveForBuyer":
      return { amount, escrow_id };
    case "dispute":
    case "resolveForSeller":
      return { escrow_id };
  }
}
