import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "./config.ts";
import { followReplica, type Replica } from "./followReplica.ts";
import type { Console } from "./reactor.ts";
import { type Database, openDatabase } from "./store/database.ts";

/** Most connections of this process to a replica. */
const CONNECTIONS = 10;

/** Opens the standby that the API reads from, and follows it. @returns null where none is configured. */
export function openReplica(
  { replica: configured }: Pick<Config, "replica">,
  primary: Database,
  { say, failed }: Pick<Console, "say" | "failed">,
): (Replica & Readonly<{ stop(): Promise<void> }>) | null {
  if (configured === null) return null;
  const { url, staleAfterMs } = configured;
  const { db, close } = openDatabase(url, CONNECTIONS, (error) => failed("réplica", error), "replica");
  const replica = followReplica({ primary, replica: db, staleAfterMs, nowMs: Date.now, sleep, say });
  return {
    ...replica,
    stop: async () => {
      await replica.stop();
      await close();
    },
  };
}
