import { addresses, CHAIN_ID } from "../../bin/simulate/chain/addresses.ts";
import { createChainClient } from "../../reactor/chain/client.ts";
import { countBank, countRpc } from "../../reactor/countCalls.ts";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import type { Reconciler, Span } from "../../reactor/readThreeBooks.ts";
import { reconcile } from "../../reactor/reconcile.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import { bankInProcess } from "../bankInProcess.ts";
import type { Measured, Settings } from "../measured.ts";
import { withParts } from "../withParts.ts";
import { settledOutside } from "./settledOutside.ts";
import { storeSettled } from "./storeSettled.ts";

/** `more` are settled between the full reading and the incremental one. */
const WHOLE = { payments: 10_000, more: 100 };
const TINY = { payments: 50, more: 5 };
/** Between two payments: those that come later are of the hour that a reading goes back. */
const EVERY_MS = 20_000;
const GRACE_MS = 600_000;

/**
 * Reconciles 10,000 settled payments: a whole reading, one with nothing new, and one after 100 payments more, on a real
 * Postgres. Bank and chain are answered in this process (settledOutside.ts says why), so that the times are ours alone.
 */
export function benchReconcile({ tiny, say }: Settings): Promise<Measured> {
  const { payments, more } = tiny ? TINY : WHOLE;
  const times = { beginMs: Date.now() - (payments + more) * EVERY_MS - 2 * GRACE_MS, everyMs: EVERY_MS };
  return withParts(async ({ databaseUrl }) => {
    await migrate(databaseUrl);
    const outside = settledOutside(times);
    const settle = async (from: number, to: number) => {
      await storeSettled(databaseUrl, { from, to, ...times });
      outside.settle(to);
    };
    say(`storing ${payments} settled payments …`);
    await settle(1, payments);
    const database = openDatabase(databaseUrl, 4, () => undefined);
    const run = async (span: Span) => (await reconcile(reconcilerOf(database.db, outside), span)).reconciled;
    try {
      const full = await run("full");
      const again = await run("incremental");
      await settle(payments + 1, payments + more);
      const after = await run("incremental");
      const runs = { full, "nothing new": again, [`${more} more`]: after };
      const wrong = Object.entries(runs).flatMap(([name, run]) =>
        run.payments === run.matched && run.breaks === 0 && run.differenceCentavos === 0n && run.payments >= payments
          ? []
          : [
              `${name}: ${run.matched} of ${run.payments} match, ${run.breaks} breaks, ${run.differenceCentavos} centavos.`,
            ],
      );
      return {
        settings: { payments, more, grace_ms: GRACE_MS },
        figures: { fullMs: full.elapsedMs, nothingNewMs: again.elapsedMs, incrementalMs: after.elapsedMs },
        details: Object.assign({}, ...Object.entries(runs).map(([name, figures]) => told(name, figures))),
        wrong,
        missed: [],
      };
    } finally {
      await database.close();
    }
  });
}

function reconcilerOf(db: Reconciler["db"], { send, fetchRpc }: ReturnType<typeof settledOutside>): Reconciler {
  const calls = { rpc: 0, bank: 0 };
  const chain = createChainClient({
    ...{ ...addresses, chainId: CHAIN_ID, rpcUrls: ["http://chain.invalid"], timeoutMs: 10_000 },
    fetchOf: () => countRpc(fetchRpc, calls),
  });
  const settled = { settledTag: "safe" } as const;
  return {
    db,
    lane: FIRST_LANE,
    account: FIRST_ACCOUNT,
    juno: countBank(bankInProcess(send), calls),
    chain,
    settled,
    startBlock: 0n,
    graceMs: GRACE_MS,
    calls,
  };
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
