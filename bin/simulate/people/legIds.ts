import type { LegKind } from "../../../reactor/payments/leg.ts";

const KINDS = ["deposit", "custody", "payout"] as const;

export const legIdOf = (paymentId: number, kind: LegKind) => paymentId * 3 + KINDS.indexOf(kind);
/** Payouts beside the first one are numbered after all others. */
export const furtherLegIdOf = (paymentId: number, part: number) => 10_000_000 + paymentId * 3 + part;
/** The payment by which money that came beside a sale is sent back: numbered, with its legs, after all of these. */
export const returnIdOf = (paymentId: number) => 10_000_000 + paymentId;
