import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { readPaymentList, writePaymentList } from "./simulate/paymentList.ts";
import { onPostgres } from "./simulate/postgres/onPostgres.ts";
import { replayPayment } from "./simulate/replay/replayPayment.ts";
import { shrink } from "./simulate/shrink.ts";
import type { Outcome } from "./simulate/simulate.ts";
import { simulateWorlds, worldsOf } from "./simulate/simulateWorlds.ts";
import type { Options } from "./simulate/world.ts";

/**
 * `npm run simulate -- --payments N --seed S [--faults 0.05] [--only 3,17-20] [--json]`: the real tables, step, effects, lane
 * and readings against a simulated bank, chain and clock. Exit code 1 when something happened that must never happen.
 * `-- --postgres` keeps the rows on a real Postgres too, and holds the two to each other at every call.
 * `-- --replay ID` replays a real payment's history through the same tables instead (simulate/replay/replayRecord.ts).
 */
const { values } = parseArgs({
  options: {
    payments: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    faults: { type: "string", default: "0.05" },
    only: { type: "string" },
    postgres: { type: "boolean", default: false },
    replay: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const say = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);

const options = {
  payments: Number(values.payments),
  seed: Number(values.seed),
  faults: Number(values.faults),
  only: values.only === undefined ? null : readPaymentList(values.only),
};

async function run(): Promise<void> {
  const startedAtMs = performance.now();
  const worlds = worldsOf(options);
  const outcomes = await simulateWorlds(worlds, availableParallelism());
  for (const [index, outcome] of outcomes.entries()) {
    const world = worlds[index];
    if (world && outcome.violations.length > 0) await tellFailure(options, world, outcome);
  }
  const total = (figure: (one: Outcome) => number) => outcomes.reduce((sum, one) => sum + figure(one), 0);
  const figures = {
    seed: options.seed,
    payments: total((one) => one.payments),
    completed: total((one) => one.completed),
    review: total((one) => one.review),
    faults: total((one) => one.faults),
    crashes: total((one) => one.crashes),
    duplicates: total((one) => one.duplicates),
    lostCentavos: total((one) => Number(one.lostCentavos)),
    elapsedMs: Math.round(performance.now() - startedAtMs),
  };
  const { payments, completed, review, faults, crashes, duplicates, lostCentavos, elapsedMs } = figures;
  const points = (["before_intent", "after_intent", "before_reply", "after_reply", "after_commit"] as const).map(
    (point) => `${total((one) => one.at[point])} ${point}`,
  );
  say(
    `Seed ${options.seed}: ${payments} payments, ${completed} completed, ${review} in review, ${total((one) => one.ended)} expired or given back`,
  );
  const freezes = total((one) => one.freezes);
  say(`${faults} faults; ${crashes} crashes, of which ${points.join(", ")}; ${freezes} stood still and went on`);
  say(`${duplicates} duplicates, ${lostCentavos} centavos lost; ${elapsedMs} ms`);
  say(
    `history ${createHash("sha256")
      .update(outcomes.map((one) => one.historyHash).join())
      .digest("hex")}`,
  );
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
}

/** Prints what must never be, the shortest history that shows it, and how to see it again. */
async function tellFailure(all: Omit<Options, "first" | "crowd">, world: Options, failed: Outcome): Promise<void> {
  process.exitCode = 1;
  for (const { message } of failed.violations) say(`✗ ${message}`);
  const shortest = await shrink(world, failed);
  const { payments, history } = shortest;
  say(`\nThe shortest history that shows it, with ${payments.length} of the ${world.payments} payments of its world:`);
  for (const line of history) say(`  ${line}`);
  const same = `--payments ${all.payments} --seed ${all.seed} --faults ${all.faults}`;
  say(`\nAgain: npm run simulate -- ${same} --only ${writePaymentList(payments)}\n`);
}

/** A database that is not there shows no difference: its sentence, and the code of a payment that is not there. */
function notReplayed(error: unknown): 2 {
  console.error(error instanceof Error ? error.message : String(error));
  return 2;
}

if (values.postgres) process.exitCode = await onPostgres(options, say);
else if (values.replay === undefined) await run();
else process.exitCode = await replayPayment(Number(values.replay), say).catch(notReplayed);
