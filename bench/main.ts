import { execFileSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchApi } from "./api/benchApi.ts";
import { benchReconcile } from "./reconcile/benchReconcile.ts";

/**
 * `npm run bench [-- <name>] [--json] [--seconds 60]`: measures on this machine, on real parts, and prints the machine, the
 * versions, the settings and the figures. Ends with 1 when a figure is not what it should be.
 */
const BENCHES: Readonly<Record<string, (settings: Settings) => Promise<Measured>>> = {
  api: benchApi,
  reconcile: benchReconcile,
};

export type Settings = Readonly<{ seconds: number; say: (line: string) => void }>;
export type Measured = Readonly<{
  settings: Readonly<Record<string, string | number>>;
  figures: Readonly<Record<string, string | number>>;
  /** What is not as it should be; empty when all is well. */
  wrong: readonly string[];
}>;

const USUAL_SECONDS = "60";

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false }, seconds: { type: "string", default: USUAL_SECONDS } },
  allowPositionals: true,
});
const machine = {
  cpu: cpus()[0]?.model ?? "—",
  cores: cpus().length,
  memory_gib: Math.round(totalmem() / 2 ** 30),
  os: release(),
  node: process.version,
  commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: resolve(import.meta.dirname, "..") })
    .toString()
    .trim(),
};
const tell = (title: string, rows: Readonly<Record<string, string | number>>) => {
  console.log(title);
  for (const [name, value] of Object.entries(rows)) console.log(`  ${name.padEnd(28)} ${value}`);
};

if (!values.json) tell("machine", machine);
for (const name of positionals.length === 0 ? Object.keys(BENCHES) : positionals) {
  const bench = BENCHES[name];
  if (bench === undefined) throw new Error(`There is no bench ${name}: ${Object.keys(BENCHES).join(", ")}.`);
  const say = (line: string) => (values.json ? undefined : console.log(line));
  const measured = await bench({ seconds: Number(values.seconds), say });
  if (values.json) console.log(JSON.stringify({ bench: name, machine, ...measured }));
  else {
    tell(`${name}: settings`, measured.settings);
    tell(`${name}: figures`, measured.figures);
    for (const wrong of measured.wrong) console.log(`✗ ${wrong}`);
  }
  if (measured.wrong.length > 0) process.exitCode = 1;
}
