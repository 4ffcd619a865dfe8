import { decideCustody } from "./decideCustody.ts";
import { decideDeposit } from "./decideDeposit.ts";
import { decidePayout } from "./decidePayout.ts";
import type { Decision } from "./decision.ts";
import type { Facts } from "./facts.ts";
import { type Leg, type LegKind, refuseMisfit } from "./leg.ts";

type DecideState = (leg: Leg, facts: Facts) => Decision;

const deciders: Readonly<Record<LegKind, Readonly<Record<string, DecideState>>>> = {
  deposit: decideDeposit,
  custody: decideCustody,
  payout: decidePayout,
};

/**
 * What a leg does next. Pure: the same leg and the same facts give the same decision, whoever asks and however often.
 * Evidence comes before the clock: a deadline that has passed matters only to a leg that would otherwise wait or act.
 * @throws Error when the leg is in review, in a state that the tables do not have, or does not fit its state: nobody may
 *   decide for it.
 */
export function decide(leg: Leg, facts: Facts): Decision {
  refuseMisfit(leg);
  const decideState = deciders[leg.kind][leg.state];
  if (decideState === undefined) throw new Error(`Leg ${leg.id} is in "${leg.state}": only a person decides there.`);
  const decision = decideState(leg, facts);
  if (decision.kind === "move" || decision.kind === "settle") return decision;
  const overdue = leg.deadlineAtMs !== null && facts.nowMs >= leg.deadlineAtMs;
  // An expiry is an ordinary outcome of its state; its own decider says when the last look was taken.
  const expiry = leg.kind === "deposit" && leg.state === "awaiting";
  return overdue && !expiry ? { kind: "overdue" } : decision;
}
