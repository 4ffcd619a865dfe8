import type { Leg, LegKind } from "../../payments/leg.ts";
import type { Queryable } from "../../store/database.ts";
import { type PaymentRecord, readPayments } from "../../store/readPayments.ts";
import { lockLeg } from "../../store/saveLeg.ts";
import { Problem } from "../Problem.ts";
import { type Plan, planOf } from "./plan.ts";

/** @throws {Problem} when there is no such payment. */
export async function recordOf(db: Queryable, paymentId: number): Promise<PaymentRecord> {
  const [record] = await readPayments(db, [paymentId]);
  if (record === undefined) throw new Problem("payment_not_found", { facts: { id: String(paymentId) } });
  return record;
}

/**
 * The payment's one leg of a kind, which must be in one of these states for what is wanted of it.
 * @throws {Problem} in another state.
 */
export function legIn(record: PaymentRecord, kind: LegKind, states: readonly string[]): Leg {
  const leg = record.legs.find((one) => one.kind === kind);
  if (leg === undefined) throw new Error(`Payment ${record.payment.id} has no ${kind} leg.`);
  if (states.includes(leg.state)) return leg;
  throw new Problem("not_in_this_state", { facts: { state: leg.state, wanted: states.join(", ") } });
}

/** A plan about one leg. The words go on from «Pago 81, custodia: ». */
export function legPlan(operation: string, persons: 1 | 2, leg: Leg, words: { es: string; en: string }): Plan {
  const { id, paymentId, kind, state, version } = leg;
  const named = {
    es: `Pago ${paymentId}, ${KINDS[kind].es}: ${words.es}`,
    en: `Payment ${paymentId}, ${KINDS[kind].en}: ${words.en}`,
  };
  return { ...planOf(operation, persons, named), payment_id: paymentId, leg: { id, kind, state, version } };
}

/** Holds the leg until the transaction ends. @throws {Problem} when it has moved since the plan was drawn. */
export async function holdLeg(tx: Queryable, plan: Plan): Promise<number> {
  if (plan.leg === null) throw new Error("This plan is about no leg.");
  if (!(await lockLeg(tx, plan.leg.id, plan.leg.version))) throw new Problem("plan_changed");
  return plan.leg.id;
}

const KINDS: Readonly<Record<LegKind, { es: string; en: string }>> = {
  deposit: { es: "depósito", en: "deposit" },
  custody: { es: "custodia", en: "custody" },
  payout: { es: "pago al beneficiario", en: "payout" },
};
