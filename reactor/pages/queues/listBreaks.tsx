import { z } from "zod";
import { breakView } from "../../http/wire/breakView.ts";
import { BREAK_STATES } from "../../store/schema/watch.ts";
import { readApi } from "../askApi.ts";
import { span } from "../formats.ts";
import { Amount, Moment } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts, Visitor } from "../site.ts";

const PAGE = 25;

export type BreakView = z.infer<typeof breakView>;

const answer = z.object({ breaks: z.array(breakView), next_before: z.int().nullable() });

/** What bank, chain and books tell differently, newest first, with what is closed and what has healed. */
export function listBreaks(site: Site, ports: SitePorts): void {
  site.get("/descuadres", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const wanted = new URLSearchParams();
    for (const name of ["state", "before"] as const) {
      const value = c.req.query(name);
      if (value) wanted.set(name, value);
    }
    const { breaks, next_before } = await readApi(ports, c, answer, `/api/breaks?limit=${PAGE}&${wanted}`);
    const next = new URLSearchParams(wanted);
    if (next_before !== null) next.set("before", String(next_before));
    return answerPage(
      c,
      { title: say.breaks, live: "all" },
      <>
        <h1>{say.breaks}</h1>
        <p class="lead">{say.breaks_how}</p>
        <Filter visitor={visitor} state={wanted.get("state")} />
        <section class="card" id="lista">
          {breaks.length === 0 && <p class="nothing">{say.no_breaks}</p>}
          {breaks.length > 0 && <Breaks visitor={visitor} breaks={breaks} nowMs={ports.nowMs()} />}
          {next_before !== null && (
            <p class="more">
              <a href={`/descuadres?${next}`}>{say.older}</a>
            </p>
          )}
        </section>
      </>,
    );
  });
}

const Filter = ({ visitor: { say }, state }: { visitor: Visitor; state: string | null }) => (
  <form method="get" action="/descuadres" class="filters">
    <label>
      {say.status}
      <select name="state">
        <option value="">{say.all}</option>
        {BREAK_STATES.map((one) => (
          <option value={one} selected={one === state}>
            {say[`break_${one}`]}
          </option>
        ))}
      </select>
    </label>
    <button type="submit">{say.filter}</button>
  </form>
);

type BreaksProps = Readonly<{ visitor: Visitor; breaks: readonly BreakView[]; nowMs: number }>;

function Breaks({ visitor, breaks, nowMs }: BreaksProps) {
  const { say, language } = visitor;
  return (
    <section class="scroll" aria-label={say.breaks} tabindex={0}>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{say.break_number}</th>
            <th scope="col">{say.break_what}</th>
            <th scope="col">{say.payment}</th>
            <th scope="col" class="number">
              {say.amount}
            </th>
            <th scope="col">{say.status}</th>
            <th scope="col">{say.break_age}</th>
            <th scope="col">{say.who}</th>
          </tr>
        </thead>
        <tbody>
          {breaks.map((one) => (
            <tr>
              <th scope="row">
                <a href={`/descuadres/${one.number}`}>{one.number}</a>
              </th>
              <td class="prose" data-label={say.break_what}>
                {language === "en" ? one.is_en : one.is_es}
              </td>
              <td data-label={say.payment}>
                {one.payment_id === null ? "—" : <a href={`/pagos/${one.payment_id}`}>{one.payment_id}</a>}
              </td>
              <td class="number" data-label={say.amount}>
                {one.amount === null ? "—" : <Amount pesos={one.amount} />}
              </td>
              <td data-label={say.status}>
                <BreakState visitor={visitor} view={one} />
              </td>
              <td data-label={say.break_age}>
                {one.state === "closed" ? (
                  <Moment visitor={visitor} at={one.healed_at ?? one.closed_at} />
                ) : (
                  span(nowMs - Date.parse(one.opened_at))
                )}
              </td>
              <td data-label={say.who}>{one.owner ?? "—"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const COLOURS = { open: "review", in_work: "pending", explained: "processing", closed: "completed" } as const;

/** Where a break stands; one that closed by itself says so. */
export const BreakState = ({ visitor: { say }, view }: { visitor: Visitor; view: BreakView }) => (
  <span class={`badge ${COLOURS[view.state]}`}>
    {view.healed_at === null ? say[`break_${view.state}`] : say.break_healed}
  </span>
);
