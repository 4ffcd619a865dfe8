import type { z } from "zod";
import type { overviewView } from "../../http/wire/overviewView.ts";
import { centavosOf, sumPesos } from "../formats.ts";
import { Card } from "../parts/Card.tsx";
import { Amount } from "../parts/facts.tsx";
import { HELD_PLACES, type HeldPlace } from "../parts/heldPlaces.ts";
import type { Visitor } from "../site.ts";

type Money = z.infer<typeof overviewView>["money"];

const WIDTH = 1_000n;

/** All money that is kept as one bar, a part for each place; the figures stand under it. */
export function MoneyPicture({ visitor: { say }, money }: { visitor: Visitor; money: Money }) {
  const drawn = (place: HeldPlace) => (centavosOf(money[place]) > 0n ? centavosOf(money[place]) : 0n);
  const total = HELD_PLACES.reduce((sum, place) => sum + drawn(place), 0n);
  const widths = HELD_PLACES.map((place) => (total === 0n ? 0n : (drawn(place) * WIDTH) / total));
  const starts = widths.map((_, index) => widths.slice(0, index).reduce((sum, width) => sum + width, 0n));
  return (
    <Card id="dinero" title={say.money}>
      <svg class="bar" viewBox="0 0 1000 40" preserveAspectRatio="none" role="img" aria-label={say.money_picture}>
        <rect class="empty" width="1000" height="40" />
        {HELD_PLACES.map((place, index) => (
          <rect class={`place ${place}`} x={String(starts[index])} width={String(widths[index])} height="40" />
        ))}
      </svg>
      <dl class="legend">
        {HELD_PLACES.map((place) => (
          <div>
            <dt>
              <svg class="dot" viewBox="0 0 10 10" aria-hidden="true">
                <circle class={`place ${place}`} cx="5" cy="5" r="5" />
              </svg>
              {say[`place_${place}`]}
            </dt>
            <dd>
              <Amount pesos={money[place]} />
            </dd>
          </div>
        ))}
        <div class="sum">
          <dt>{say.held_in_all}</dt>
          <dd>
            <Amount pesos={sumPesos(HELD_PLACES.map((place) => money[place]))} />
          </dd>
        </div>
      </dl>
    </Card>
  );
}
