import type { z } from "zod";
import type { wholeLegView } from "../../http/routes/listLegs.ts";
import type { eventView } from "../../http/wire/eventView.ts";
import { isOver, rowOf } from "../../payments/leg.ts";
import { Card } from "../parts/Card.tsx";
import { Moment } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";
import { legTitle } from "./legTitle.ts";
import { type Step, stepsOf } from "./roads.ts";

export type WholeLeg = z.infer<typeof wholeLegView>;
type LegRailsProps = Readonly<{
  visitor: Visitor;
  legs: readonly WholeLeg[];
  events: readonly z.infer<typeof eventView>[];
}>;

/** The payment's legs as rails beside each other: what was, what is, what is to come. */
export const LegRails = ({ visitor, legs, events }: LegRailsProps) => (
  <Card id="tramos" title={visitor.say.legs}>
    <div class="rails">
      {legs.map((leg) => (
        <section aria-labelledby={`tramo-${leg.id}`}>
          <h3 id={`tramo-${leg.id}`}>{legTitle(visitor, leg)}</h3>
          {leg.review_from !== null && <p class="notice bad">{visitor.say.in_review}</p>}
          <Rail visitor={visitor} leg={leg} steps={stepsOf(standingOf(leg), events)} />
        </section>
      ))}
    </div>
  </Card>
);

function Rail({ visitor, leg, steps }: { visitor: Visitor; leg: WholeLeg; steps: readonly Step[] }) {
  return (
    <ol class="rail">
      {steps.map(({ state, at, is }) => {
        const row = rowOf(leg.kind, state);
        return (
          <li
            class={is === "now" && leg.review_from !== null ? "stuck" : is}
            {...(is === "now" && { "aria-current": "step" as const })}
          >
            <span>{visitor.language === "es" ? row.es : row.en}</span>
            {at !== null && <Moment visitor={visitor} at={at} />}
          </li>
        );
      })}
    </ol>
  );
}

function standingOf({ id, kind, state, review_from }: WholeLeg) {
  const standing = review_from ?? state;
  const over = review_from === null && isOver({ kind, state: standing as Parameters<typeof isOver>[0]["state"] });
  return { id, kind, standing, over };
}
