import type { z } from "zod";
import { PROCESS_NAMES } from "../../http/ports.ts";
import type { statusView } from "../../http/wire/statusView.ts";
import { termOf } from "../../payments/terms.ts";
import { span } from "../formats.ts";
import { ActionForm } from "../parts/ActionForm.tsx";
import { Card } from "../parts/Card.tsx";
import type { Visitor } from "../site.ts";
import type { Language } from "../words/language.ts";

type Process = z.infer<typeof statusView>["processes"][number];
type ProcessesProps = Readonly<{ visitor: Visitor; processes: readonly Process[]; nowMs: number }>;

/** The five processes: when they ran, how long it took, what came of it; and to run one now. */
export const Processes = ({ visitor, processes, nowMs }: ProcessesProps) => (
  <Card id="procesos" title={visitor.say.processes}>
    <section class="scroll" aria-label={visitor.say.processes} tabindex={0}>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{visitor.say.process}</th>
            <th scope="col">{visitor.say.last_run}</th>
            <th scope="col">{visitor.say.next_run}</th>
            <th scope="col" class="number">
              {visitor.say.duration}
            </th>
            <th scope="col">{visitor.say.result}</th>
            {visitor.caller?.scopes.has("operate") && (
              <th scope="col">
                <span class="unseen">{visitor.say.run_now}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {PROCESS_NAMES.flatMap((name) => processes.filter((one) => one.name === name)).map((one) => (
            <Row visitor={visitor} process={one} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </section>
  </Card>
);

function Row({ visitor, process, nowMs }: { visitor: Visitor; process: Process; nowMs: number }) {
  const { say, caller } = visitor;
  const { name, every_minutes, running, last_run: last, next_run_at } = process;
  const label = PROCESS_NAMES.find((known) => known === name);
  const since = last && span(nowMs - Date.parse(last.started_at));
  const tookMs = last?.finished_at ? Date.parse(last.finished_at) - Date.parse(last.started_at) : null;
  return (
    <tr>
      <th scope="row">
        {label ? say[`process_${label}`] : name}
        <span class="quiet block">{say.every_minutes.replace("{minutes}", String(every_minutes))}</span>
      </th>
      <td data-label={say.last_run}>
        {since === null ? <span class="quiet">{say.not_yet}</span> : say.ago.replace("{span}", since)}
      </td>
      <td data-label={say.next_run}>
        {next_run_at === null ? say.by_hand : say.within.replace("{span}", span(Date.parse(next_run_at) - nowMs))}
      </td>
      <td class="number" data-label={say.duration}>
        {tookMs === null ? "—" : `${(tookMs / 1_000).toFixed(1)} s`}
      </td>
      <td class="prose" data-label={say.result}>
        {running && <span class="badge processing">{say.running}</span>}
        {!running && last?.error && <span class="bad">{last.error}</span>}
        {!running && last?.result && <span class="quiet">{resultOf(last.result, visitor.language)}</span>}
      </td>
      {caller?.scopes.has("operate") && (
        <td class="does">
          <ActionForm visitor={visitor} action={`/procesos/${name}`} label={say.run_now} />
        </td>
      )}
    </tr>
  );
}

type RunResult = NonNullable<NonNullable<Process["last_run"]>["result"]>;

const resultOf = (result: RunResult, language: Language) =>
  Object.entries(result)
    .map(([name, done]) => `${termOf("process_result", name, language)} ${done}`)
    .join(" · ");
