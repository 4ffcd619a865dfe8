import type { z } from "zod";
import type { overviewView } from "../../http/wire/overviewView.ts";
import { Card } from "../parts/Card.tsx";
import { Amount } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";

type Money = z.infer<typeof overviewView>["money"];

/** In the order in which money passes them. */
const PLACES = ["juno", "bridge", "escrow", "in_transit"] as const;
const WIDTH = 1_000n;

/** The money of all payments as one bar, a part for each place; the figures stand under it. */
export function MoneyPicture({ visitor: { say }, money }: { visitor: Visitor; money: Money }) {
  const centavos = (place: keyof Money) => BigInt(money[place].replace(".", ""));
  const drawn = (place: keyof Money) => (centavos(place) > 0n ? centavos(place) : 0n);
  const total = PLACES.reduce((sum, place) => sum + drawn(place), 0n);
  const widths = PLACES.map((place) => (total === 0n ? 0n : (drawn(place) * WIDTH) / total));
  const starts = widths.map((_, index) => widths.slice(0, index).reduce((sum, width) => sum + width, 0n));
  return (
    <Card id="dinero" title={say.money}>
      <svg class="bar" viewBox="0 0 1000 40" preserveAspectRatio="none" role="img" aria-label={say.money_picture}>
        <rect class="empty" width="1000" height="40" />
        {PLACES.map((place, index) => (
          <rect class={`place ${place}`} x={String(starts[index])} width={String(widths[index])} height="40" />
        ))}
      </svg>
      <dl class="legend">
        {PLACES.map((place) => (
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
      </dl>
    </Card>
  );
}
