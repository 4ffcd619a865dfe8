import { simulateWorlds } from "../../bin/simulate/simulateWorlds.ts";

/** Three small worlds in as many processes as the command line says: prints what became of each, one line a world. */
const crowd = { betweenPaymentsMs: 500, amounts: 2, batch: 30 };
const worlds = [1, 11, 21].map((first) => ({ first, payments: 10, crowd, seed: 4, faults: 0.2, only: null }));
for (const { historyHash, payments } of await simulateWorlds(worlds, Number(process.argv[2]))) {
  process.stdout.write(`${payments} ${historyHash}\n`);
}
