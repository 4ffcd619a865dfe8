import { eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { session } from "./schema/index.ts";

/** A working day. A key that is revoked ends its sessions at once, whatever their time. */
const LIFE_HOURS = 12;

/** Stores a new session by its hash, and forgets those that are over. @returns how long it lives, seconds. */
export async function createSession(db: Queryable, tokenHash: string, keyId: string): Promise<number> {
  await db.delete(session).where(sql`${session.expiresAtMs} < clock_timestamp()`);
  const expiresAtMs = sql`clock_timestamp() + make_interval(hours => ${LIFE_HOURS})`;
  await db.insert(session).values({ tokenHash, keyId, expiresAtMs });
  return LIFE_HOURS * 3_600;
}

/** @returns the id of the key that the session was opened with; null when it is unknown or over. */
export async function findSession(db: Queryable, tokenHash: string): Promise<string | null> {
  const [found] = await db
    .select({ keyId: session.keyId, over: sql<boolean>`${session.expiresAtMs} <= clock_timestamp()` })
    .from(session)
    .where(eq(session.tokenHash, tokenHash));
  return found === undefined || found.over ? null : found.keyId;
}

export async function endSession(db: Queryable, tokenHash: string): Promise<void> {
  await db.delete(session).where(eq(session.tokenHash, tokenHash));
}
