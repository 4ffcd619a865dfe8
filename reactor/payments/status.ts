import type { Leg } from "./leg.ts";

/** The client's words for a payment, as its pages and its people use them. */
export type PaymentStatus =
  | "pending"
  | "processing"
  | "active"
  | "disputed"
  | "completed"
  | "refunded"
  | "cancelled"
  | "expired"
  | "review";

/** Of payments for which nothing is left to be done. */
export const ENDED_STATUSES = [
  "completed",
  "refunded",
  "cancelled",
  "expired",
] as const satisfies readonly PaymentStatus[];

type Standing = Pick<Leg, "kind" | "state" | "payee">;

/** A payment's public status, derived from its legs and never stored as a truth of its own. */
export function statusOf(legs: readonly Standing[]): PaymentStatus {
  if (legs.some((leg) => leg.state === "review")) return "review";
  const depositState = legs.find((leg) => leg.kind === "deposit")?.state;
  if (depositState === "expired" || depositState === "cancelled") return depositState;
  if (depositState === "awaiting" || depositState === "seen") return "pending";
  if (depositState === "issuing") return "processing";
  const payouts = legs.filter((leg) => leg.kind === "payout");
  if (payouts.length > 0 && payouts.every((leg) => leg.state === "paid")) {
    return payouts.some((leg) => leg.payee === "buyer") ? "refunded" : "completed";
  }
  const custodyState = legs.find((leg) => leg.kind === "custody")?.state;
  // Nothing of it is held: what came goes out again at once.
  if (custodyState === undefined) return "processing";
  return CUSTODY_STATUS[custodyState] ?? "active";
}

const CUSTODY_STATUS: Readonly<Record<string, PaymentStatus>> = {
  waiting: "processing",
  withdrawing: "processing",
  failed_withdrawal: "processing",
  bridged: "processing",
  funding: "processing",
  securing: "processing",
  disputing: "disputed",
  disputed: "disputed",
  resolving: "disputed",
  cancelling: "disputed",
};

/** Centavos still to be paid to the payment's beneficiaries: «Monto por pagar». Zero only when every payout is paid. */
export function amountDueCentavos(legs: readonly Pick<Leg, "kind" | "state" | "amountCentavos">[]): bigint {
  return legs
    .filter((leg) => leg.kind === "payout" && leg.state !== "paid")
    .reduce((sum, leg) => sum + leg.amountCentavos, 0n);
}
