import type { Leg } from "./leg.ts";
import type { PayoutState } from "./payout.ts";
import type { Proof } from "./reviewExits.ts";

/** Where a payout goes on when its account is changed, and what must be shown before. */
export type Correction = Readonly<{ to: PayoutState; generation: "same" | "next"; proofs: readonly Proof[] }>;

/** In these nothing was ordered for the account that is paid now, or its SPEI came back. */
const AT_ONCE: Readonly<Partial<Record<string, Correction>>> = {
  waiting: { to: "waiting", generation: "same", proofs: [] },
  account: { to: "account", generation: "next", proofs: [] },
  ready: { to: "account", generation: "next", proofs: [] },
  bounced: { to: "account", generation: "next", proofs: [] },
};

/** In review an order may have left: it must have happened to nobody, or be back. */
const IN_REVIEW: typeof AT_ONCE = {
  ...AT_ONCE,
  redeeming: { to: "account", generation: "next", proofs: [{ kind: "definite_no", action: "redeem" }] },
  failed: { to: "account", generation: "next", proofs: [{ kind: "refund", of: "redemptionId" }] },
};

/** How a payout's account may be changed where it stands; null where its SPEI may be under way, or has arrived. */
export function correctionOf({
  kind,
  state,
  reviewFrom,
}: Pick<Leg, "kind" | "state" | "reviewFrom">): Correction | null {
  if (kind !== "payout") return null;
  return (reviewFrom === null ? AT_ONCE[state] : IN_REVIEW[reviewFrom]) ?? null;
}
