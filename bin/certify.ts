import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { cellName, everyCell, voidReason } from "./certify/cells.ts";
import { certifyOnBothShapes } from "./certify/certifyOnBothShapes.ts";
import { circumstances } from "./certify/circumstances.ts";
import { drawCertificate } from "./certify/drawCertificate.ts";
import {
  complaintsOf,
  type Figures,
  figuresOf,
  percentile,
  RESUMES_WITHIN_MS,
  slowestRestarts,
} from "./certify/figures.ts";
import { matrix } from "./certify/matrix.ts";
import { type Shard, shardOf } from "./certify/shardOf.ts";
import { redraw } from "./docs/redraw.ts";
import { StackError } from "./stack/StackError.ts";

/**
 * `npm run certify`: kills the reactor in every cell of action × crash point × outcome. Exit code 0 only if all holds. A
 * whole run draws its figures into RELIABILITY.md; `-- --shard 1/8` runs an eighth of the cells, `-- --only withdraw` those
 * whose name has the word, and neither touches the document.
 */

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    shard: { type: "string", default: "1/1" },
    only: { type: "string" },
  },
});
const say = (line: string) => (options.json ? process.stderr : process.stdout).write(`${line}\n`);

async function certify(): Promise<number> {
  const startedMs = performance.now();
  const made = circumstances(checkout);
  const shard = readShard(options.shard);
  const live = everyCell().filter((cell) => voidReason(cell) === undefined);
  const chosen = shardOf(live, shard).filter((cell) => cellName(cell).includes(options.only ?? ""));
  say(`${chosen.length} of ${live.length} live cells; ${everyCell().length - live.length} more cannot exist.`);
  const systems = await certifyOnBothShapes(chosen, { whole: options.only === undefined, say });
  const tookMs = performance.now() - startedMs;
  const figures = figuresOf(systems);
  const whole = chosen.length === live.length;
  const complaints = [...complaintsOf(systems), ...(whole ? slowness(figures) : [])];

  say(`\n${matrix(systems.flatMap(({ cells }) => cells))}\n`);
  for (const complaint of complaints) say(`FAILED ${complaint}`);
  say(`${figures.passed} of ${figures.cells} cells passed.`);
  say(
    `A reactor that was killed and started again goes on after ${figures.recoveryMsP50} ms (p50), ${figures.recoveryMsP99} ms (p99).`,
  );
  for (const { name, ms } of slowestRestarts(systems, TOLD)) say(`  ${name} after ${ms} ms`);
  const standby = systems.flatMap(({ takeovers }) => takeovers.map(({ resumedAfterMs }) => resumedAfterMs));
  if (standby.length > 0)
    say(`One that stood by goes on after ${percentile(standby, 50)} ms (p50), ${percentile(standby, 99)} ms (p99).`);
  for (const { action, namedAfterMs } of systems.flatMap(({ detections }) => detections)) {
    const by = Object.entries(namedAfterMs).map(([watcher, ms]) => `${watcher} after ${ms} ms`);
    say(
      `${action} executed twice under one key, not prevented and no duplicate of ours, was named by ${by.join(", ")}.`,
    );
  }
  say(`${Math.round(tookMs / 1_000)} s.`);
  if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  if (whole) draw(drawCertificate(systems, made, tookMs));
  return complaints.length === 0 ? 0 : 1;
}

/** Of a hundred restarts all but one must keep the promise. Of a few cells on a machine that does other things nothing is held. */
function slowness({ recoveryMsP99 }: Figures): readonly string[] {
  if (recoveryMsP99 === null || recoveryMsP99 <= RESUMES_WITHIN_MS) return [];
  return [`one of a hundred restarted reactors went on after ${recoveryMsP99} ms or more, not ${RESUMES_WITHIN_MS} ms`];
}

/** So many of the slowest restarts are told by name. */
const TOLD = 8;

const checkout = resolve(import.meta.dirname, "..");

function draw(certificate: string): void {
  const path = join(checkout, "RELIABILITY.md");
  writeFileSync(path, redraw(readFileSync(path, "utf8"), "certificate", certificate));
}

/** @throws StackError for what is not the nth of so many parts. */
function readShard(text: string): Shard {
  const [, nth, of] = (/^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []).map(Number);
  if (nth === undefined || of === undefined || nth < 1 || nth > of)
    throw new StackError({
      es: `--shard es la enésima de tantas partes, como 1/8, no ${text}.`,
      en: `--shard is the nth of so many parts, such as 1/8, not ${text}.`,
    });
  return { nth, of };
}

try {
  process.exitCode = await certify();
} catch (error) {
  process.stderr.write(
    `${error instanceof StackError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}
