import type { BankFact } from "./facts.ts";
import { type AnyState, type Carried, type LegKind, type OutcomeIn, rowOf, type StateOf } from "./leg.ts";
import type { Action, CarriedFact, SendAction } from "./table.ts";

/** Whose MXNB a Transfer takes or brings. */
export type Wallet = "bridge" | "escrow" | "juno";

/** What a person must show for an exit; each is looked up, compared to the centavo and claimed, or the exit is refused. */
export type Proof =
  | Readonly<{
      kind: "bank_transaction";
      type: BankFact["type"];
      statuses: readonly BankFact["status"][];
      /** The leg carries its id from then on. */
      learns: CarriedFact;
    }>
  | Readonly<{ kind: "token_transfer"; from: readonly Wallet[]; to: readonly Wallet[] }>
  /** The bank's refund of the order that the leg carries. */
  | Readonly<{ kind: "refund"; of: CarriedFact }>
  /** That the order has not happened and never can: read from what is stored, not given by anybody (proveNo.ts). */
  | Readonly<{ kind: "definite_no"; action: SendAction }>
  /** What the bank says now of the issuance that the leg carries: that its pesos went back, or that they did not. */
  | Readonly<{ kind: "issuance_given_back" }>
  | Readonly<{ kind: "issuance_stands" }>;

/**
 * One way out of review. `resume` goes back into the state as it was, `retry` too but under a new key; any other is an
 * outcome of the state's own row, which a person says has come.
 */
export type ReviewExit = Readonly<{
  outcome: string;
  to: AnyState;
  generation: "same" | "next";
  /** Two where money leaves by it, or where an order of unknown outcome is closed. */
  persons: 1 | 2;
  proofs: readonly Proof[];
  /** What the leg carries by this exit and nobody has to show. */
  fixed: Carried;
}>;

/** Actions that move money: each is irreversible, or takes a second order to bring back. */
export const MONEY_ACTIONS: ReadonlySet<Action> = new Set<SendAction>([
  "withdraw",
  "createEscrow",
  "fundEscrow",
  "release",
  "resolveForBuyer",
  "returnToJuno",
  "redeem",
]);

/** From these a payout reaches its SPEI without anything from outside, and without anybody being asked again. */
const LEADS_TO_SPEI: ReadonlySet<string> = new Set(["payout.account", "payout.ready", "custody.returned"]);

/**
 * Not one person's, though no money moves in the next state: rulings, the credit on which the payout rests, the end of an
 * order that is on its way (a SPEI paid or failed), money that is said to have gone back, which nothing has to show, and the
 * company's own money in its place.
 */
const WEIGHTY: ReadonlySet<string> = new Set([
  "ruled_for_seller",
  "ruled_for_buyer",
  "credited",
  "paid",
  "failed",
  "covered",
  "deposit_refunded",
  "issuance_failed",
]);

const bank = (type: BankFact["type"], learns: CarriedFact, ...statuses: readonly BankFact["status"][]): Proof => ({
  kind: "bank_transaction",
  type,
  statuses,
  learns,
});
const transfer = (from: readonly Wallet[], to: readonly Wallet[]): Proof => ({ kind: "token_transfer", from, to });

const ISSUANCE = bank("ISSUANCE", "issuanceId", "PENDING", "IN_PROGRESS", "COMPLETE");
const OUT_OF_ESCROW = transfer(["escrow"], ["bridge", "juno"]);

type Sayable = {
  readonly [K in LegKind]: { readonly [S in StateOf<K>]?: { readonly [O in OutcomeIn<K, S>]?: readonly Proof[] } };
};

/**
 * The outcomes that a person may say have come, with what must be shown. Left out are those that only the machine can
 * know, by its own calls and tables: of its own escrow, of its own accounts, of its own siblings.
 */
const SAYABLE: Sayable = {
  deposit: {
    awaiting: { issuance_claimed: [ISSUANCE], cancelled: [], expired: [] },
    seen: { issuance_claimed: [ISSUANCE], deposit_refunded: [] },
    issuing: { issuance_failed: [] },
    issued: { covered: [{ kind: "issuance_given_back" }] },
  },
  custody: {
    withdrawing: {
      bridged: [bank("CRYPTO_WITHDRAWAL", "withdrawalId", "COMPLETE"), transfer(["juno"], ["bridge"])],
      failed: [bank("CRYPTO_WITHDRAWAL", "withdrawalId", "FAILED")],
    },
    failed_withdrawal: { refund_claimed: [{ kind: "refund", of: "withdrawalId" }] },
    funding: { funded: [transfer(["bridge"], ["escrow"])] },
    active: { due: [], dispute_opened: [] },
    disputing: { disputed: [] },
    disputed: { ruled_for_seller: [], ruled_for_buyer: [] },
    resolving: { resolved: [] },
    cancelling: { cancelled: [OUT_OF_ESCROW] },
    releasing: { released: [OUT_OF_ESCROW] },
    returning: { returned: [transfer(["bridge", "escrow"], ["juno"])] },
    crediting: { credited: [bank("CRYPTO_DEPOSIT", "cryptoDepositId", "COMPLETE")] },
  },
  payout: {
    redeeming: { accepted: [bank("REDEMPTION", "redemptionId", "PENDING", "IN_PROGRESS", "COMPLETE")] },
    paying: {
      paid: [bank("REDEMPTION", "redemptionId", "COMPLETE")],
      failed: [bank("REDEMPTION", "redemptionId", "FAILED")],
    },
  },
};

/** Who won, as the road out of the escrow says it. */
const FIXED: Readonly<Record<string, Carried>> = { released: { ruling: "seller" }, cancelled: { ruling: "buyer" } };

/** The exits that a leg has from a review that it entered from this state; always at least `resume`. */
export function reviewExits(kind: LegKind, from: AnyState): readonly ReviewExit[] {
  const row = rowOf(kind, from);
  const exit = (outcome: string, to: string, generation: ReviewExit["generation"], proofs: readonly Proof[]) => ({
    outcome,
    to: to as AnyState,
    generation,
    persons: personsFor(kind, from, outcome, to),
    proofs,
    fixed: FIXED[outcome] ?? {},
  });
  const sayable: Readonly<Record<string, Readonly<Record<string, readonly Proof[]>>>> = SAYABLE[kind];
  const said = Object.entries(sayable[from] ?? {}).map(([outcome, proofs]) => {
    const target = row.on[outcome];
    if (target === undefined) throw new Error(`The ${kind} row "${from}" has no outcome "${outcome}".`);
    return exit(outcome, target.to, target.generation ?? "same", proofs);
  });
  // Of an end nobody looks again: given back as it was, a deposit whose pesos the bank sent back would pay the seller.
  const stands: readonly Proof[] = kind === "deposit" && from === "issued" ? [{ kind: "issuance_stands" }] : [];
  return [
    exit("resume", from, "same", stands),
    ...retries(kind, from).map(({ to, proofs }) => exit("retry", to, "next", proofs)),
    ...said,
  ];
}

/** A new order, under a new key: only where the old one has not happened and never can (DESIGN 6). */
function retries(kind: LegKind, from: AnyState): readonly Readonly<{ to: AnyState; proofs: readonly Proof[] }>[] {
  const { does } = rowOf(kind, from);
  // The SPEI failed and its refund is in hand: the same account, once more.
  if (kind === "payout" && from === "failed")
    return [{ to: "ready", proofs: [{ kind: "refund", of: "redemptionId" }] }];
  if (does === undefined || does === "confirmBlock") return [];
  // An account is looked for before it is asked for: asking again makes no second one.
  if (does === "registerAccount") return [{ to: from, proofs: [] }];
  return [{ to: from, proofs: [{ kind: "definite_no", action: does }] }];
}

function personsFor(kind: LegKind, from: string, outcome: string, to: string): 1 | 2 {
  const sends = (state: string) => {
    const { does } = rowOf(kind, state);
    return does !== undefined && MONEY_ACTIONS.has(does);
  };
  return sends(from) || sends(to) || LEADS_TO_SPEI.has(`${kind}.${to}`) || WEIGHTY.has(outcome) ? 2 : 1;
}
