/** Whom a payout is for: by the sale, or by what a dispute decided of it. */
export const PAYEES = ["seller", "buyer", "platform", "broker"] as const;
export type Payee = (typeof PAYEES)[number];

/** Whose money a payout gives on: what was in custody, or the part of the deposit that never went there. */
export type PayoutSource = "custody" | "deposit";
