import type { Facts } from "./facts.ts";
import type { Carried, LegKind, OutcomeIn, Reason, StateOf, tables } from "./leg.ts";
import type { Action } from "./table.ts";
import type { SeenLog } from "./watchedFact.ts";

/** The facts suffice: the leg moves by this outcome of its row. */
export type Move<Outcome extends string> = Readonly<{
  kind: "move";
  outcome: Outcome;
  /** What the next state carries beyond what the leg has. */
  learnt?: Carried;
  /** Outside facts used up by this move; each closes exactly one effect, ever. */
  claims?: readonly Claim[];
  /** Extra facts for the event, already free of personal data. */
  evidence?: Readonly<Record<string, string>>;
}>;

export type Perform<A extends Action> = Readonly<{
  kind: "perform";
  action: A;
  /** Only with `confirmBlock`: the height whose hash the chain is asked for. */
  block?: bigint;
}>;

/** Nothing to do before `untilMs`, unless something wakes the leg. `null`: only a wake-up or the deadline. */
export type Wait = Readonly<{
  kind: "wait";
  untilMs: number | null;
  reason: Reason | null;
  /** Evidence is missing that only a fresh reading of the bank's lists can give. */
  asksBank?: true;
}>;

/** An unknown order was found in the bank's list: the attempt closes as done, under the bank's id. */
export type Settle = Readonly<{ kind: "settle"; attemptId: number; outsideId: string }>;

export type Claim = Readonly<{
  source: ClaimSource;
  outsideId: string;
  /** Only of a log of the chain: as it was seen, to be watched until it is settled. */
  seen?: SeenLog;
}>;
export type ClaimSource =
  | "spei_deposit"
  | "issuance"
  | "bank_transaction"
  | "token_transfer"
  /** The escrow's own word, where a state goes on by that alone. */
  | "escrow_log"
  | "refund"
  | "payout_return";

type DoneIn<K extends LegKind, S extends StateOf<K>> = (typeof tables)[K][S] extends { does: infer A extends Action }
  ? Perform<A>
  : never;

/** All that may be decided in one state: its row's outcomes, its row's action, a wait. Nothing else compiles. */
export type DecisionIn<K extends LegKind, S extends StateOf<K>> =
  | Move<OutcomeIn<K, S>>
  | DoneIn<K, S>
  | Wait
  | (DoneIn<K, S> extends never ? never : Settle);

export type Decision = Move<string> | Perform<Action> | Wait | Settle | Readonly<{ kind: "overdue" }>;

export const waitFor = (untilMs: number | null, reason: Reason | null = null): Wait => ({
  kind: "wait",
  untilMs,
  reason,
});

/**
 * Waits for something that the bank will show. The bank is asked unless it was read within the pause: a reading wakes those
 * who wait for a refund, and if each asked again at once, the bank would be read without end.
 */
export function askBank({ nowMs, askBankEveryMs, bankReadSinceMs }: Facts): Wait {
  const isRead = bankReadSinceMs !== null && bankReadSinceMs > nowMs - askBankEveryMs;
  return { ...waitFor(nowMs + askBankEveryMs), ...(!isRead && { asksBank: true }) };
}
