import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createDatabase } from "../../stack/createDatabase.ts";
import { startPostgres } from "../../stack/startPostgres.ts";
import { supervise } from "../../stack/supervise.ts";
import { worldsOf } from "../simulateWorlds.ts";
import type { Options } from "../world.ts";
import { simulateOnBoth } from "./simulateOnBoth.ts";

const STOP_WITHIN_MS = 10_000;

/**
 * Lives a run's worlds on books in memory and on a Postgres of its own, until one shows a difference. @returns the exit
 * code: 0 when both stores agree, 1 when they do not, and then the difference is said.
 */
export async function onPostgres(
  options: Omit<Options, "first" | "crowd">,
  say: (line: string) => void,
): Promise<0 | 1> {
  const folder = mkdtempSync(join(tmpdir(), "kustodia-simulate-"));
  chmodSync(folder, 0o755);
  const supervisor = supervise(folder);
  const end = async () => {
    await supervisor.stopAll(STOP_WITHIN_MS);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const checkout = resolve(import.meta.dirname, "../../..");
    const { url } = await startPostgres(supervisor, { checkout, dataDir: join(folder, "postgres") });
    for (const world of worldsOf(options)) {
      const own = await createDatabase(url, `world_${world.first}`);
      const { outcome, calls, rows, differences } = await simulateOnBoth(world, own);
      for (const difference of differences) say(`✗ ${difference}`);
      if (differences.length > 0) {
        for (const line of outcome.history.filter((one) => !one.includes("VIOLATION")).slice(-20)) say(`  ${line}`);
        const { payments, seed, faults, only } = options;
        const chosen = only === null ? "" : ` --only ${only.join(",")}`;
        say(
          `\nAgain: npm run simulate -- --payments ${payments} --seed ${seed} --faults ${faults}${chosen} --postgres`,
        );
        return 1;
      }
      say(
        `Payments ${world.first} to ${world.first + world.payments - 1}: ${calls} calls answered alike by memory and Postgres, ${rows} rows and the history the same; ${outcome.completed} completed, ${outcome.review} in review, ${outcome.faults} faults, ${outcome.crashes} crashes; ${outcome.elapsedMs} ms`,
      );
      say(`history ${outcome.historyHash}`);
    }
    return 0;
  } finally {
    await end();
  }
}
