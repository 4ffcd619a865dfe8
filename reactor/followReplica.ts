import { sql } from "drizzle-orm";
import type { Database } from "./store/database.ts";

/** A copy of the database that is only read, and of which moment it is. */
export type Replica = Readonly<{
  db: Database;
  /** The replica shows all that was committed before this, unix ms; null while it is not known to be close enough. */
  asOfMs(): number | null;
  /** It failed to answer: it is not asked again until the next look at it went well. */
  distrust(): void;
}>;

type Parts = Readonly<{
  primary: Database;
  replica: Database;
  /** Older than this it is not read, ms. */
  staleAfterMs: number;
  /** Unix ms. */
  nowMs: () => number;
  sleep: (ms: number) => Promise<unknown>;
  /** Told when the replica begins or ceases to be read. */
  say: (line: string) => void;
}>;

const LOOK_EVERY_MS = 500;

/**
 * Looks how far a replica follows: the primary is asked where its log ends, then the replica whether it has come that far. The
 * moment before the first question is then one that the replica shows whole, whatever the two machines' clocks say. Neither
 * the age of its last transaction (old on a quiet database) nor its word that it has replayed all that it received (true of a
 * replica that receives nothing any more) would be that.
 * @returns the replica, and what stops the looking.
 */
export function followReplica(parts: Parts): Replica & Readonly<{ stop(): Promise<void> }> {
  let seenMs: number | null = null;
  let stopped = false;
  let told = false;

  const look = async () => {
    const beforeMs = parts.nowMs();
    const { rows: ends } = await parts.primary.execute<{ lsn: string }>(sql`select pg_current_wal_lsn()::text as lsn`);
    const { rows } = await parts.replica.execute<{ reached: boolean }>(sql`
      select coalesce(pg_last_wal_replay_lsn() >= ${ends[0]?.lsn ?? null}::pg_lsn, false) as reached`);
    if (rows[0]?.reached) seenMs = beforeMs;
  };

  const asOfMs = () => (seenMs !== null && parts.nowMs() - seenMs <= parts.staleAfterMs ? seenMs : null);

  const tell = () => {
    const isRead = asOfMs() !== null;
    if (isRead === told) return;
    told = isRead;
    parts.say(
      isRead ? "📖 La réplica está al día: se lee de ella." : "📖 La réplica no está al día: se lee de la principal.",
    );
  };

  const running = (async () => {
    while (!stopped) {
      // What does not answer is not read, which the moment that is getting old says by itself.
      await look().catch(() => undefined);
      tell();
      await parts.sleep(LOOK_EVERY_MS);
    }
  })();

  return {
    db: parts.replica,
    asOfMs,
    distrust: () => {
      seenMs = null;
    },
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}
