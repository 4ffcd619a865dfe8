import type { Stored } from "./metrics/setGauges.ts";
import type { Reactor } from "./reactor.ts";
import { freshness } from "./standing.ts";
import { movedAddresses } from "./store/controls.ts";
import type { Queryable } from "./store/database.ts";
import { readGauges } from "./store/readGauges.ts";

/** What is stored and how far the index is behind, for the metrics' page; null while the database does not answer. */
export async function measure(reactor: Reactor, db: Queryable): Promise<Stored | null> {
  try {
    const { latestBlock, indexedBlock, indexedAtMs, stale } = await freshness(reactor);
    const nowMs = await reactor.store.databaseNowMs();
    const blocks = latestBlock === null || indexedBlock === null ? null : Number(latestBlock - indexedBlock);
    const seconds = indexedAtMs === null ? null : (nowMs - indexedAtMs) / 1_000;
    const gauges = await readGauges(db);
    // An address that is another one by now stops this reactor as the switch does.
    const moved = await movedAddresses(db, reactor.facts);
    return {
      gauges: { ...gauges, openPulls: gauges.openPulls + moved.length },
      lag: { blocks, seconds, stale },
    };
  } catch (error) {
    reactor.console.failed("métricas", error);
    return null;
  }
}
