import type { DayView } from "../../http/reports/dayView.ts";
import { sumPesos } from "../formats.ts";
import { Amount } from "../parts/facts.tsx";
import { HELD_PLACES } from "../parts/heldPlaces.ts";
import type { Visitor } from "../site.ts";

const FIGURES = ["opening", "in", "out", "closing"] as const;
const WORDS = { opening: "opening", in: "came", out: "went", closing: "closing" } as const;

type LineProps = Readonly<{
  visitor: Visitor;
  name: string;
  figures: Readonly<Partial<Record<(typeof FIGURES)[number], string>>>;
  sum?: true;
}>;

/** A day's places: first what is kept for others, with its sum; then who is outside, having paid in or been paid. */
export function DayPlaces({ visitor, places }: { visitor: Visitor; places: DayView["places"] }) {
  const { say } = visitor;
  const held = HELD_PLACES.flatMap((name) => places.filter(({ place }) => place === name));
  const outside = places.filter((one) => !held.includes(one));
  const line = (one: DayView["places"][number]) => (
    <Line visitor={visitor} name={say[`place_${one.place}`]} figures={one} />
  );
  const heldAt = (moment: "opening" | "closing") => sumPesos(held.map((one) => one[moment]));
  return (
    <section class="scroll" aria-label={say.end_of_day} tabindex={0}>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{say.place}</th>
            {FIGURES.map((figure) => (
              <th scope="col" class="number">
                {say[WORDS[figure]]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {held.map(line)}
          <Line
            visitor={visitor}
            name={say.held_in_all}
            figures={{ opening: heldAt("opening"), closing: heldAt("closing") }}
            sum
          />
        </tbody>
        <tbody>{outside.map(line)}</tbody>
      </table>
    </section>
  );
}

/** What a line has no figure for is left empty. */
const Line = ({ visitor: { say }, name, figures, sum }: LineProps) => (
  <tr class={sum ? "sum" : ""}>
    <th scope="row">{name}</th>
    {FIGURES.map((figure) => (
      <td class="number" data-label={say[WORDS[figure]]}>
        {figures[figure] !== undefined && <Amount pesos={figures[figure]} />}
      </td>
    ))}
  </tr>
);
