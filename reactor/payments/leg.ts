import { custody } from "./custody.ts";
import { deposit } from "./deposit.ts";
import type { Payee, PayoutSource } from "./payee.ts";
import { payout } from "./payout.ts";
import type { CarriedFact, Row } from "./table.ts";

/** The three tables. A payment has one deposit leg, one custody leg and one payout leg for each beneficiary. */
export const tables = { deposit, custody, payout } as const;

export type LegKind = keyof typeof tables;
export type StateOf<K extends LegKind> = keyof (typeof tables)[K] & string;
export type AnyState = { [K in LegKind]: StateOf<K> }[LegKind];
/** The outcomes that a state's row names. */
export type OutcomeIn<K extends LegKind, S extends StateOf<K>> = (typeof tables)[K][S] extends { on: infer On }
  ? keyof On & string
  : never;

export type Carried = Readonly<Partial<Record<CarriedFact, string>>>;

/** Why a leg that could act does not. Reasons are not states: the leg keeps its state and its deadline runs. */
export type Reason =
  | "held"
  | "shadow"
  | "custody_in_review"
  | "deposit_in_review"
  | "killed"
  | "stale_facts"
  | "token_paused"
  | "blacklisted"
  | "escrow_paused"
  | "allowance"
  | "no_gas"
  | "insufficient"
  | "throttled"
  | "authentication"
  | "bank_limit"
  | "unknown_outcome"
  | "bank_unread"
  | "no_account"
  | "unscreened"
  | "screening_hold"
  | "several_payments_match"
  | "other_payer"
  | "untold_payer"
  | "node_unreachable"
  | "escrow_state";

export type Leg = Readonly<{
  id: number;
  paymentId: number;
  kind: LegKind;
  /** A state of its kind's table, or `review`; then `reviewFrom` keeps the state it came from. */
  state: AnyState | "review";
  reviewFrom: AnyState | null;
  /** Grows with every saved change: saving is a compare-and-set on it. */
  version: number;
  /** A new generation is a new key: it exists only after a definite no, or by a person. */
  generation: number;
  amountCentavos: bigint;
  /** Only of a payout: whose money it gives on, and to whom. */
  source: PayoutSource | null;
  payee: Payee | null;
  carried: Carried;
  enteredAtMs: number;
  deadlineAtMs: number | null;
  reason: Reason | null;
}>;

/** Of which sibling a waiting leg waits for the end: the one that its money comes from. */
export const waitsForEndOf = ({ source }: Pick<Leg, "source">): LegKind => source ?? "deposit";

/**
 * The row of a leg's state, or of the state that its review came from.
 * @throws Error when a stored state is not one of the table's: the database and the program are of different versions.
 */
export function rowOf(kind: LegKind, state: string): Row<string> {
  const rows: Readonly<Record<string, Row<string>>> = tables[kind];
  const row = rows[state];
  if (row === undefined) {
    throw new Error(`The ${kind} table has no state "${state}": this database was written by another version.`);
  }
  return row;
}

/** True while the table gives the leg nothing more to wait for. `review` is never over. */
export function isOver(leg: Pick<Leg, "kind" | "state">): boolean {
  return leg.state !== "review" && rowOf(leg.kind, leg.state).end === true;
}

/** The states, of all kinds, from which one move may lead a leg to its end. */
export const mayEndFrom: ReadonlySet<Leg["state"]> = new Set(
  Object.values<Readonly<Record<string, Row<string>>>>(tables).flatMap((rows) =>
    Object.entries(rows).flatMap(([state, { on }]) =>
      Object.values(on).some(({ to }) => rows[to]?.end === true) ? [state as AnyState] : [],
    ),
  ),
);

/**
 * Refuses a leg whose facts do not fit its state: exactly those that the row names, no fewer and no more.
 * @throws Error naming the leg, the state and the facts.
 */
export function refuseMisfit(leg: Pick<Leg, "kind" | "state" | "reviewFrom" | "carried">): void {
  const state = leg.state === "review" ? leg.reviewFrom : leg.state;
  if (state === null) throw new Error(`A ${leg.kind} leg is in review without the state that it came from.`);
  const wanted = [...rowOf(leg.kind, state).carries].sort().join(", ");
  const found = Object.keys(leg.carried).sort().join(", ");
  if (wanted !== found) {
    throw new Error(`A ${leg.kind} leg in "${state}" carries exactly [${wanted}], not [${found}].`);
  }
}
