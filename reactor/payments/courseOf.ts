import { type Applied, apply } from "./apply.ts";
import { decide } from "./decide.ts";
import type { Decision, Move } from "./decision.ts";
import type { Facts } from "./facts.ts";
import { isOver, type Leg } from "./leg.ts";

/** A leg, what is known about it, and what follows. */
export type Decided<D extends Decision = Decision> = Readonly<{ leg: Leg; facts: Facts; decision: D }>;

/**
 * What follows for a leg by the facts that were read of it: moves, each of the leg as the one before leaves it, as long as no
 * move makes other facts matter; and at the end what it comes to. Pure. @throws Error where nobody may decide.
 */
export function courseOf(claimed: Leg, known: Facts): readonly Decided[] {
  const steps: Decided[] = [];
  let [leg, facts]: [Leg, Facts | null] = [claimed, known];
  while (facts !== null) {
    const decision = decide(leg, facts);
    steps.push({ leg, facts, decision });
    if (decision.kind !== "move") break;
    const applied = apply(leg, decision.outcome, decision.learnt ?? {}, facts.terms, facts.nowMs);
    // Each state once in a turn: no facts may lead round and round.
    const wasIn = steps.some(({ leg: passed }) => passed.state === applied.leg.state);
    [leg, facts] = [applied.leg, wasIn ? null : factsAfter(leg, decision, applied, facts)];
  }
  return steps;
}

/**
 * What follows at once for a leg that waits for another one of its payment, by what was read of it beside that one's course: it moves in
 * the same turn. Pure. @returns none where that course changes nothing for it. @throws Error where nobody may decide.
 */
export function followedBy(steps: readonly Decided[], waiting: Leg, known: Facts): readonly Decided[] {
  const last = steps.at(-1);
  if (last?.decision.kind !== "move" || last.leg.paymentId !== waiting.paymentId) return [];
  const { leg, facts, decision } = last;
  const { kind, state, carried } = apply(leg, decision.outcome, decision.learnt ?? {}, facts.terms, facts.nowMs).leg;
  // A payment has one leg of each kind that others wait for.
  const others = known.siblings.filter((sibling) => sibling.kind !== kind);
  const course = courseOf(waiting, { ...known, siblings: [...others, { kind, state, carried }] });
  return course[0]?.decision.kind === "move" ? course : [];
}

/** What these states look for is read only of a leg that is in them. */
const READ_IN_THEM: ReadonlySet<string> = new Set(["seen", "ready", "failed", "failed_withdrawal"]);

/**
 * The facts of a leg that has moved, as far as those that it moved by suffice for what follows: then it is decided in the same
 * turn. Pure. @returns null where they do not, since the move has made others matter.
 */
function factsAfter(leg: Leg, move: Move<string>, { leg: next, exit }: Applied, facts: Facts): Facts | null {
  if (isOver(next) || next.state === "review" || READ_IN_THEM.has(next.state)) return null;
  // Another key, another payee, another escrow: their orders, accounts and logs were not asked for.
  const isOther = (["generation", "payee"] as const).some((name) => next[name] !== leg[name]);
  if (isOther || next.carried.escrowId !== leg.carried.escrowId) return null;
  // The deposit that it has lost stands in these facts as its own.
  if (exit.freesDeposit) return null;
  // What a person decided may be carried out by now.
  if (facts.ruling !== null) return null;
  // What was just claimed is watched from now on.
  const watched = (move.claims ?? []).filter(({ seen }) => seen !== undefined).length;
  return { ...facts, unsettled: facts.unsettled + watched };
}
