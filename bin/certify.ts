import { parseArgs } from "node:util";
import { cellName, everyCell, voidReason } from "./certify/cells.ts";
import { certifyOnBothShapes } from "./certify/certifyOnBothShapes.ts";
import { figuresOf, percentile } from "./certify/figures.ts";
import { matrix } from "./certify/matrix.ts";
import { StackError } from "./stack/StackError.ts";

/** `npm run certify`: kills the reactor in every cell of action × crash point × outcome. Exit code 0 only if all passed. */

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, third: { type: "string" }, only: { type: "string" } },
});
const say = (line: string) => (options.json ? process.stderr : process.stdout).write(`${line}\n`);

async function certify(): Promise<number> {
  const startedMs = performance.now();
  const live = everyCell().filter((cell) => voidReason(cell) === undefined);
  const third = options.third === undefined ? live : live.filter((_, index) => index % 3 === readThird(options.third));
  const chosen = third.filter((cell) => cellName(cell).includes(options.only ?? ""));
  const systems = await certifyOnBothShapes(chosen, { takeovers: options.only === undefined, say });
  const results = systems.flatMap(({ cells }) => cells);
  const figures = figuresOf(systems);

  say(`\n${matrix(results)}\n`);
  for (const { cell, failures } of results) for (const failure of failures) say(`FAILED ${cellName(cell)}: ${failure}`);
  const others = systems.flatMap(({ failures }) => failures);
  for (const failure of others) say(`FAILED: ${failure}`);
  const restarts = results.flatMap(({ resumedAfterMs }) => resumedAfterMs ?? []);
  say(`${figures.passed} of ${figures.cells} live cells passed; ${everyCell().length - live.length} cells are void.`);
  say("The dial that executes one key twice is not asserted until the tripwire exists (issue 3, item 7).");
  if (figures.recoveryMsP50 !== null) {
    say(`A reactor that stands by goes on after ${figures.recoveryMsP50} ms (p50), ${figures.recoveryMsP99} ms (p99).`);
  }
  if (restarts.length > 0) {
    const [p50, p99] = [percentile(restarts, 50), percentile(restarts, 99)];
    say(`A restarted one, its start-up included: ${p50} ms (p50), ${p99} ms (p99).`);
  }
  say(`${Math.round((performance.now() - startedMs) / 1_000)} s.`);
  if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  return figures.passed === figures.cells && others.length === 0 ? 0 : 1;
}

function readThird(third: string | undefined): number {
  if (third !== undefined && ["0", "1", "2"].includes(third)) return Number(third);
  throw new Error("--third is 0, 1 or 2.");
}

try {
  process.exitCode = await certify();
} catch (error) {
  process.stderr.write(
    `${error instanceof StackError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}
