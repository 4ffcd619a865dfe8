import { resolve } from "node:path";
import { addresses, CHAIN_ID } from "../../bin/simulate/chain/addresses.ts";
import { createDatabase } from "../../bin/stack/createDatabase.ts";
import { startPostgres } from "../../bin/stack/startPostgres.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { createChainClient } from "../../reactor/chain/client.ts";
import { countBank, countRpc } from "../../reactor/countCalls.ts";
import type { Reconciler, Span } from "../../reactor/readThreeBooks.ts";
import { reconcile } from "../../reactor/reconcile.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import { openTestFolder } from "../../test/harness/testFolder.ts";
import type { Measured, Settings } from "../main.ts";
import { settledOutside } from "./settledOutside.ts";
import { storeSettled } from "./storeSettled.ts";

const PAYMENTS = 10_000;
/** Settled between the full reading and the incremental one. */
const MORE = 100;
/** Between two payments: those that come later are of the hour that a reading goes back. */
const EVERY_MS = 20_000;
const GRACE_MS = 600_000;
const STOP_WITHIN_MS = 10_000;

/**
 * Reconciles 10,000 settled payments: a whole reading, one with nothing new, and one after 100 payments more, on a real
 * Postgres. Bank and chain are answered in this process (settledOutside.ts says why), so that the times are ours alone.
 */
export async function benchReconcile({ say }: Settings): Promise<Measured> {
  const checkout = resolve(import.meta.dirname, "../..");
  const folder = openTestFolder();
  const supervisor = supervise(folder.path);
  const times = { beginMs: Date.now() - (PAYMENTS + MORE) * EVERY_MS - 2 * GRACE_MS, everyMs: EVERY_MS };
  try {
    const postgres = await startPostgres(supervisor, { checkout, dataDir: folder.pathOf("postgres") });
    const databaseUrl = await createDatabase(postgres.url, "bench");
    await migrate(databaseUrl);
    const outside = settledOutside(times);
    const settle = async (from: number, to: number) => {
      await storeSettled(databaseUrl, { from, to, ...times });
      outside.settle(to);
    };
    say(`storing ${PAYMENTS} settled payments …`);
    await settle(1, PAYMENTS);
    const database = openDatabase(databaseUrl, 4, () => undefined);
    const run = async (span: Span) => (await reconcile(reconcilerOf(database.db, outside), span)).reconciled;
    try {
      const full = await run("full");
      const again = await run("incremental");
      await settle(PAYMENTS + 1, PAYMENTS + MORE);
      const after = await run("incremental");
      const runs = { full, "nothing new": again, [`${MORE} more`]: after };
      const wrong = Object.entries(runs).flatMap(([name, { payments, matched, breaks, differenceCentavos }]) =>
        payments === matched && breaks === 0 && differenceCentavos === 0n && payments >= PAYMENTS
          ? []
          : [`${name}: ${matched} of ${payments} match, ${breaks} breaks, ${differenceCentavos} centavos differ.`],
      );
      return {
        settings: { payments: PAYMENTS, more: MORE, grace_ms: GRACE_MS },
        figures: Object.assign({}, ...Object.entries(runs).map(([name, figures]) => told(name, figures))),
        wrong,
      };
    } finally {
      await database.close();
    }
  } finally {
    await supervisor.stopAll(STOP_WITHIN_MS);
    folder.remove();
  }
}

function reconcilerOf(db: Reconciler["db"], { send, fetchRpc }: ReturnType<typeof settledOutside>): Reconciler {
  const calls = { rpc: 0, bank: 0 };
  let nonce = 0n;
  const juno: Reconciler["juno"] = {
    ...{ baseUrl: "http://bank.invalid", apiKey: "bench", apiSecret: "bench", timeoutMs: 10_000, now: Date.now, send },
    nextNonce: async () => ++nonce,
    takePlace: () => Promise.resolve(),
    onThrottled: () => Promise.resolve(),
  };
  const chain = createChainClient({
    ...{ ...addresses, chainId: CHAIN_ID, rpcUrls: ["http://chain.invalid"], timeoutMs: 10_000 },
    fetchOf: () => countRpc(fetchRpc, calls),
  });
  const settled = { settledTag: "safe" } as const;
  return { db, juno: countBank(juno, calls), chain, settled, startBlock: 0n, graceMs: GRACE_MS, calls };
}

const told = (
  name: string,
  { differenceCentavos, ...figures }: Awaited<ReturnType<typeof reconcile>>["reconciled"],
) => ({
  [`${name}: payments / matched`]: `${figures.payments} / ${figures.matched}`,
  [`${name}: difference, centavos`]: Number(differenceCentavos),
  [`${name}: rpc calls`]: figures.rpcCalls,
  [`${name}: bank calls`]: figures.bankCalls,
  [`${name}: elapsed ms`]: figures.elapsedMs,
});
