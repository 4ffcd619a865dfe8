import { createCellPayment } from "../../bin/certify/createCellPayment.ts";
import { openSystem } from "../../bin/certify/openSystem.ts";
import { deposit } from "../../bin/demo/api.ts";
import { until } from "../../bin/stack/until.ts";
import type { Parts } from "../withParts.ts";

const COMPLETED_WITHIN_MS = 170_000;

/**
 * The same over real HTTP and a real chain: one reactor, the sandbox, Anvil and Ponder, each a process of its own, on this one
 * machine. All payments are there and their deposits paid at once; each keeps its custody for three seconds.
 * @returns payments a second, from the first deposit until the last payment is completed.
 */
export async function runOverHttp({ checkout, supervisor, postgresUrl }: Parts, payments: number): Promise<number> {
  const system = await openSystem(supervisor, checkout, postgresUrl, "one-step");
  try {
    await system.startStandby();
    const made = [];
    for (let n = 1; n <= payments; n++) made.push(await createCellPayment(system, system.standbyUrl, n));
    const begunMs = performance.now();
    for (const { depositClabe, amount } of made) await deposit(system.sandbox.url, { clabe: depositClabe, amount });
    await until("every payment completed", COMPLETED_WITHIN_MS, async () => {
      const { rows } = await system.database.pool.query("select from kustodia.payment where status = 'completed'");
      return rows.length === payments ? true : undefined;
    });
    return (payments * 1_000) / (performance.now() - begunMs);
  } finally {
    await system.close();
  }
}
