import { parseArgs } from "node:util";
import { readThreeBooks } from "../reactor/readThreeBooks.ts";
import type { Finding } from "../reactor/reconcile/finding.ts";
import { figuresOf, type Reconciled, reconcile } from "../reactor/reconcile.ts";
import { accountLock, LOCKS, withLock } from "../reactor/store/withLock.ts";
import { type OpenSystem, openSystem } from "./reconcile/openSystem.ts";
import { tell } from "./reconcile/tell.ts";

/**
 * `npm run reconcile [-- --full] [-- --json]`: holds bank, chain and books to each other. On a system that runs it goes on
 * from the last reading, keeps what it finds, and reads what it suspects once more; one that is down is brought up, read
 * whole, and left as it was.
 * Exit code 0: nothing differs that nobody has explained. 1: something does. 2: it could not be read.
 */
const OPTIONS = { full: { type: "boolean", default: false }, json: { type: "boolean", default: false } } as const;

type Told = Readonly<{ figures: Reconciled; standing: readonly Finding[] }>;

async function run({ full, json }: Readonly<{ full: boolean; json: boolean }>): Promise<0 | 1> {
  const say = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);
  const system = await openSystem(process.env, say);
  try {
    say(`Sistema / system: ${system.is}`);
    const { figures, standing } = system.readOnly ? await readOnce(system) : await readAndKeep(system, full);
    for (const finding of standing) say(tell(finding));
    const { differenceCentavos, ...counts } = figures;
    const { payments, matched, breaks, ...costs } = counts;
    const line = { payments, matched, breaks, differenceCentavos: Number(differenceCentavos), ...costs };
    say(
      `${matched} de ${payments} pagos coinciden, ${breaks} descuadres abiertos. / ${matched} of ${payments} payments match, ${breaks} open breaks.`,
    );
    process.stdout.write(json ? `${JSON.stringify(line)}\n` : `${JSON.stringify(line, null, 2)}\n`);
    return standing.length > 0 || breaks > 0 ? 1 : 0;
  } finally {
    await system.close();
  }
}

/** Of what stands still a second reading would show the same. */
async function readOnce({ reconciler, database }: OpenSystem): Promise<Told> {
  const startedMs = performance.now();
  const reader = reconciler();
  const reading = await readThreeBooks(reader, "full");
  const { standing } = reading.ripened;
  return { figures: await figuresOf(database.db, reader, reading, standing.length, startedMs), standing };
}

async function readAndKeep({ reconciler, config, database }: OpenSystem, full: boolean): Promise<Told> {
  const startedMs = performance.now();
  const reader = reconciler();
  const kept = await withLock(database.pool, accountLock(LOCKS.reconciliation, config.account), async () => {
    const first = await reconcile(reader, full ? "full" : "incremental");
    return first.suspected > 0 ? reconcile(reader, "incremental") : first;
  });
  if (kept === null) {
    throw new Error(
      "Otra conciliación está en marcha: espere a que termine. / Another reconciliation is running: wait for its end.",
    );
  }
  const elapsedMs = Math.round(performance.now() - startedMs);
  return { figures: { ...kept.reconciled, elapsedMs }, standing: kept.standing };
}

try {
  process.exitCode = await run(parseArgs({ options: OPTIONS }).values);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
