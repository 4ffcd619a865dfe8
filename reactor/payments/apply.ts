import type { Terms } from "./facts.ts";
import { type AnyState, type Carried, type Leg, refuseMisfit, rowOf } from "./leg.ts";
import type { EventType, Exit } from "./table.ts";

export type Applied = Readonly<{ leg: Leg; event: EventType; exit: Exit<string> }>;

/**
 * The leg after an outcome, by its own row and nothing else.
 * @throws Error when the row has no such outcome, or when the next state would not carry exactly its facts: both are bugs.
 */
export function apply(leg: Leg, outcome: string, learnt: Carried, terms: Terms, nowMs: number): Applied {
  const exit = rowOf(leg.kind, leg.state).on[outcome];
  if (exit === undefined) throw new Error(`A ${leg.kind} leg in "${leg.state}" has no outcome "${outcome}".`);
  return { leg: enter(leg, exit, { ...leg.carried, ...learnt }, terms, nowMs), event: exit.event, exit };
}

/** The leg whose deadline has passed: where its row says, which for all that moves money is a person. */
export function applyDeadline(leg: Leg, terms: Terms, nowMs: number): Applied {
  const deadline = rowOf(leg.kind, leg.state).deadline;
  if (deadline === undefined) throw new Error(`A ${leg.kind} leg in "${leg.state}" has no deadline to pass.`);
  const exit: Exit<string> = { to: deadline.to, event: "en_revision" };
  return { leg: enter(leg, exit, leg.carried, terms, nowMs), event: exit.event, exit };
}

/** The leg in a person's hands, whatever its state: a guard that no row foresees said so. */
export function applyReview(leg: Leg): Leg {
  const { state, version } = leg;
  if (state === "review") throw new Error(`Leg ${leg.id} is in review already.`);
  return { ...leg, state: "review", reviewFrom: state, version: version + 1, deadlineAtMs: null, reason: null };
}

/** A leg in review as it stood in the state that it came from. @throws Error for a leg that is not in review. */
export function asItStood(leg: Leg): Leg {
  if (leg.state !== "review" || leg.reviewFrom === null) throw new Error(`Leg ${leg.id} is not in review.`);
  return { ...leg, state: leg.reviewFrom, reviewFrom: null };
}

/** A leg that a person gives back to the machine: into a state anew, with its whole time, under the same key or a new one. */
export function applyReturn(
  leg: Leg,
  target: Readonly<{ to: AnyState; generation: "same" | "next" }>,
  terms: Terms,
  nowMs: number,
): Leg {
  const { to, generation } = target;
  return enter(asItStood(leg), generation === "next" ? { to, generation } : { to }, leg.carried, terms, nowMs);
}

type Entry = Pick<Exit<string>, "to" | "generation" | "pays">;

function enter(leg: Leg, exit: Entry, known: Carried, terms: Terms, nowMs: number): Leg {
  const reviewed = exit.to === "review";
  const shape = reviewed ? leg.state : exit.to;
  const carried: Record<string, string> = {};
  for (const name of rowOf(leg.kind, shape).carries) {
    const value = known[name];
    if (value !== undefined) carried[name] = value;
  }
  const next: Leg = {
    ...leg,
    state: exit.to as AnyState | "review",
    reviewFrom: reviewed ? (leg.state as AnyState) : null,
    generation: exit.generation === "next" ? leg.generation + 1 : leg.generation,
    version: leg.version + 1,
    payee: exit.pays ?? leg.payee,
    carried,
    enteredAtMs: nowMs,
    deadlineAtMs: reviewed ? null : deadlineOf(leg.kind, exit.to, terms, nowMs),
    reason: null,
  };
  refuseMisfit(next);
  return next;
}

/** When a leg that enters a state now will be overdue, unix ms; null where the row sets no limit. */
export function deadlineOf(kind: Leg["kind"], state: string, terms: Terms, nowMs: number): number | null {
  const deadline = rowOf(kind, state).deadline;
  if (deadline === undefined) return null;
  const starts = { entry: nowMs, custody_end: terms.custodyEndMs, expires_at: terms.expiresAtMs };
  return starts[deadline.from] + deadline.plusMs;
}
