import type { Stored } from "./metrics/setGauges.ts";
import type { Reactor } from "./reactor.ts";
import { freshness } from "./standing.ts";
import type { Queryable } from "./store/database.ts";
import { readGauges } from "./store/readGauges.ts";

/** What is stored and how far the index is behind, for the metrics' page; null while the database does not answer. */
export async function measure(reactor: Reactor, db: Queryable): Promise<Stored | null> {
  try {
    const { latestBlock, indexedBlock, indexedAtMs, stale } = await freshness(reactor);
    const nowMs = await reactor.store.databaseNowMs();
    const blocks = latestBlock === null || indexedBlock === null ? null : Number(latestBlock - indexedBlock);
    const seconds = indexedAtMs === null ? null : (nowMs - indexedAtMs) / 1_000;
    return { gauges: await readGauges(db), lag: { blocks, seconds, stale } };
  } catch (error) {
    reactor.console.failed("métricas", error);
    return null;
  }
}
