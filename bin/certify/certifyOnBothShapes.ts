import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startPostgres } from "../stack/startPostgres.ts";
import { supervise } from "../stack/supervise.ts";
import type { Cell } from "./cells.ts";
import { certifySystem, type SystemResult, type Trial } from "./certifySystem.ts";
import { complaintsOf } from "./figures.ts";
import { openSystem } from "./openSystem.ts";
import { plans } from "./plans.ts";

const SHAPES = ["one-step", "two-step"] as const;
const STOP_WITHIN_MS = 10_000;

/**
 * Runs the cells on two systems, one for each contract, on one Postgres server; each cell on the one its plan names. One
 * system after the other: beside a second one, a restart would be timed on a host that is busy with what no host has.
 * Everything that was started ends with this call, or by a signal; the logs stay where something failed.
 */
export async function certifyOnBothShapes(cells: readonly Cell[], trial: Trial): Promise<readonly SystemResult[]> {
  const folder = openFolder(mkdtempSync(join(tmpdir(), "kustodia-certify-")));
  const supervisor = supervise(folder);
  const supervisors = [supervisor];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopLastFirst();
    return stopped;
  };
  async function stopLastFirst() {
    for (const one of supervisors.toReversed()) await one.stopAll(STOP_WITHIN_MS);
  }
  const leave = () => void stop().finally(() => process.exit(1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, leave);

  let passed = false;
  try {
    const checkout = resolve(import.meta.dirname, "../..");
    const postgres = await startPostgres(supervisor, { checkout, dataDir: join(folder, "postgres") });
    const systems: SystemResult[] = [];
    for (const shape of SHAPES) {
      const own = cells.filter(({ action }) => plans[action].shape === shape);
      if (own.length === 0) continue;
      const ofShape = supervise(openFolder(join(folder, shape)));
      supervisors.push(ofShape);
      const system = await openSystem(ofShape, checkout, postgres.url, shape);
      systems.push(await certifySystem(system, own, trial).finally(() => system.close()));
      await ofShape.stopAll(STOP_WITHIN_MS);
    }
    passed = complaintsOf(systems).length === 0;
    return systems;
  } finally {
    await stop();
    if (passed) rmSync(folder, { recursive: true, force: true });
    else trial.say(`The logs are in ${folder}`);
  }
}

/** Open to others: as root, Postgres runs as another user. */
function openFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
  return path;
}
