import type { FaultKind } from "../../../sandbox/dial/fault.ts";

/** What moves money at the bank, as its dial calls it. */
export const MONEY_CALLS = {
  withdraw: "POST /mint_platform/v1/withdrawals",
  redeem: "POST /mint_platform/v1/redemptions",
  issuance: "POST /sandbox/deposits",
  credit: "CRYPTO_DEPOSIT",
} as const;
export type MoneyCall = keyof typeof MONEY_CALLS;

/** How a payment ends that meets a fault once at a call. What cannot meet says why not. */
export type End =
  /** By itself: paid, once. */
  | "paid"
  /** At a person, with its money still where it was. */
  | "review"
  /** At a person; the order stays reserved, because the bank failed it and gave nothing back. */
  | "withheld"
  /** The books cannot agree, because the bank did something else than it said: the money stops, and the debit is named. */
  | "detected"
  /** At a person, before it is ours. */
  | "never_ours"
  | Readonly<{ void: string }>;

const gatewayOnly = { void: "nobody of ours calls it: it passes no gateway" };
const notThisType = { void: "not of this type" };
const orders = (end: End): Row => ({ withdraw: end, redeem: end, issuance: gatewayOnly, credit: gatewayOnly });
const everywhere: Row = { withdraw: "paid", redeem: "paid", issuance: "paid", credit: "paid" };
type Row = Readonly<Record<MoneyCall, End>>;

/** Every dial of the sandbox at every call that moves money. A dial without its row does not compile. */
export const dialTable: Readonly<Record<FaultKind, Row>> = {
  slow: orders("paid"),
  "429": orders("paid"),
  "420": orders("paid"),
  "401-by-nonce": orders("paid"),
  "refuse-below-minimum": orders("review"),
  "drop-before-accepting": orders("paid"),
  "accept-then-drop-reply": orders("paid"),
  "500-after-accepting": orders("paid"),
  "refuse-after-accepting": orders("detected"),
  "malformed-json": orders("paid"),
  "truncated-json": orders("paid"),
  "unknown-status-word": orders("paid"),
  "status-goes-backwards": { ...orders("paid"), withdraw: { void: "its answer says the first status already" } },
  "webhook-before-reply": everywhere,
  "webhook-twice": everywhere,
  "webhook-out-of-order": everywhere,
  "webhook-never": everywhere,
  "fail-with-refund": { withdraw: "paid", redeem: "review", issuance: notThisType, credit: notThisType },
  "fail-without-refund": { withdraw: "withheld", redeem: "withheld", issuance: notThisType, credit: notThisType },
  "return-payout": { withdraw: notThisType, redeem: "paid", issuance: notThisType, credit: notThisType },
  "mint-late": { withdraw: notThisType, redeem: notThisType, issuance: "paid", credit: notThisType },
  "mint-never": { withdraw: notThisType, redeem: notThisType, issuance: "never_ours", credit: notThisType },
  "execute-key-twice": { withdraw: "detected", redeem: "detected", issuance: notThisType, credit: notThisType },
};

/** The fault as it is dialled, beside its kind, call and amount. */
export const DIALLED: Readonly<Partial<Record<FaultKind, Readonly<{ ms?: number; minimum?: string }>>>> = {
  // Beyond the timeout, the look for evidence and the second sending: the bank carries out what nobody waits for any more.
  slow: { ms: 10_000 },
  "429": { ms: 3_000 },
  "420": { ms: 3_000 },
  "refuse-below-minimum": { minimum: "99999999.99" },
  "return-payout": { ms: 500 },
  "mint-late": { ms: 3_000 },
};

/** What a reactor says of an answer that the dial has spoiled: a shape or a word that stands in no schema of ours. */
export const UNREADABLE = /is not JSON|is not as expected/;

export type DialCell = Readonly<{ kind: FaultKind; calls: readonly MoneyCall[]; end: Exclude<End, object> }>;

/** The cells as payments: one meets the dial at all the calls behind which it is paid; every other end is a payment's own. */
export function dialCells(): readonly DialCell[] {
  return (Object.entries(dialTable) as [FaultKind, Row][]).flatMap(([kind, row]) => {
    const ends = Object.entries(row) as [MoneyCall, End][];
    const paid = ends.flatMap(([call, end]) => (end === "paid" ? [call] : []));
    const others = ends.flatMap(([call, end]) =>
      typeof end === "object" || end === "paid" ? [] : [{ kind, calls: [call], end }],
    );
    return [...(paid.length > 0 ? [{ kind, calls: paid, end: "paid" as const }] : []), ...others];
  });
}
