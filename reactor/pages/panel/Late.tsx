import type { z } from "zod";
import type { overviewView } from "../../http/wire/overviewView.ts";
import { span } from "../formats.ts";
import { Card } from "../parts/Card.tsx";
import type { Visitor } from "../site.ts";

type LateLeg = z.infer<typeof overviewView>["late"][number];

/** Whose time is nearly over, and whom nobody has looked at. */
export function Late({ visitor, late, nowMs }: { visitor: Visitor; late: readonly LateLeg[]; nowMs: number }) {
  const { say, language } = visitor;
  const left = (at: string) => Date.parse(at) - nowMs;
  return (
    <Card id="atrasados" title={say.late}>
      {late.length === 0 ? (
        <p class="quiet">{say.nothing_late}</p>
      ) : (
        <ul class="rows">
          {late.map((leg) => (
            <li>
              <a href={`/pagos/${leg.payment_id}`}>{`${say.payment} ${leg.payment_id}`}</a>
              <span>{language === "es" ? leg.state_es : leg.state_en}</span>
              {leg.deadline_at !== null && (
                <span class={left(leg.deadline_at) > 0 ? "warn" : "bad"}>
                  {left(leg.deadline_at) > 0
                    ? say.left.replace("{span}", span(left(leg.deadline_at)))
                    : say.overdue.replace("{span}", span(-left(leg.deadline_at)))}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
