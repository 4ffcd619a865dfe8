import { and, arrayContains, countDistinct, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import type { Person } from "./persons.ts";
import { apiKey, person, type Scope } from "./schema/index.ts";

/** All that is known of a key; its secret is not. */
export type KeyRecord = Omit<typeof apiKey.$inferSelect, "secretHash"> & Readonly<{ owner: Person }>;

export type KeyGrant = Readonly<{
  id: string;
  secretHash: string;
  owner: Person;
  scopes: readonly Scope[];
  /** Whole days, counted by the database's clock. */
  days: number;
  createdBy: string;
}>;

/** Stores a new key's hash, with its event. @throws Error for a service that would approve: approving is a person's. */
export async function createKey(tx: Queryable, grant: KeyGrant): Promise<readonly StoredEvent[]> {
  const { id, secretHash, owner, scopes, days, createdBy } = grant;
  if (owner.kind === "service" && scopes.includes("approve")) throw new Error("A service cannot approve.");
  await tx.insert(apiKey).values({
    id,
    personId: owner.id,
    secretHash,
    scopes,
    createdBy,
    expiresAtMs: sql`now() + make_interval(days => ${days})`,
  });
  const data = { key: id, owner: owner.name, scopes: scopes.join(", ") };
  return appendEvents(tx, [{ paymentId: null, legId: null, type: "clave_creada", data, actor: createdBy }]);
}

/** What a request's key is found to be; every time is judged by the database's clock. */
export type FoundKey = Readonly<{
  secretHash: string;
  owner: Person;
  scopes: readonly Scope[];
  valid: boolean;
  /** Old enough to approve. */
  seasoned: boolean;
  /** Its last use was not noted within the last minute. */
  usedUnnoted: boolean;
}>;

/** @param approveAfterMs age from which a key may approve. @returns null when there is no key of this id. */
export async function findKey(db: Queryable, id: string, approveAfterMs: number): Promise<FoundKey | null> {
  const [found] = await db
    .select({
      secretHash: apiKey.secretHash,
      owner: person,
      scopes: apiKey.scopes,
      valid: sql<boolean>`${apiKey.revokedAtMs} is null and ${apiKey.expiresAtMs} > clock_timestamp()`,
      seasoned: sql<boolean>`${apiKey.createdAtMs} <= clock_timestamp() - make_interval(secs => ${approveAfterMs / 1_000})`,
      usedUnnoted: sql<boolean>`coalesce(${apiKey.lastUsedAtMs} < clock_timestamp() - interval '1 minute', true)`,
    })
    .from(apiKey)
    .innerJoin(person, eq(person.id, apiKey.personId))
    .where(eq(apiKey.id, id));
  return found ?? null;
}

/**
 * Notes that a key is used now. No request waits for it: whoever finds it being noted leaves it at that, and the disk is not
 * awaited, of which a power cut takes the last use of some milliseconds. Otherwise all requests under one key would each
 * minute write the same row one after the other, each until the disk has it, and hold every connection meanwhile.
 */
export async function noteUse(db: Queryable, id: string): Promise<void> {
  await db.execute(sql`
    update kustodia.api_key set last_used_at = clock_timestamp()
    from (select set_config('synchronous_commit', 'off', true)) as unawaited
    where id in (select free.id from kustodia.api_key as free where free.id = ${id} for update skip locked)`);
}

/** Keys, newest first, from after the one named `before` on. */
export async function listKeys(
  db: Queryable,
  { limit, before }: { limit: number; before: string | null },
): Promise<readonly KeyRecord[]> {
  const older = sql`(${apiKey.createdAtMs}, ${apiKey.id}) <
    (select last.created_at, last.id from ${apiKey} as last where last.id = ${before})`;
  const rows = await db
    .select()
    .from(apiKey)
    .innerJoin(person, eq(person.id, apiKey.personId))
    .where(before === null ? undefined : older)
    .orderBy(desc(apiKey.createdAtMs), desc(apiKey.id))
    .limit(limit);
  return rows.map(({ api_key: { secretHash: _, ...known }, person: owner }) => ({ ...known, owner }));
}

/** Ends a key at once, with its event. @returns none when there is no such key, or it is revoked already. */
export async function revokeKey(
  tx: Queryable,
  id: string,
  { actor, reason }: Readonly<{ actor: string; reason: string }>,
): Promise<readonly StoredEvent[]> {
  const revoked = await tx
    .update(apiKey)
    .set({ revokedBy: actor, revokedAtMs: sql`clock_timestamp()` })
    .where(and(eq(apiKey.id, id), isNull(apiKey.revokedAtMs)))
    .returning({ id: apiKey.id });
  return appendEvents(
    tx,
    revoked.map((row) => ({
      paymentId: null,
      legId: null,
      type: "clave_revocada",
      data: { key: row.id, reason },
      actor,
    })),
  );
}

/** How many persons hold a key that may approve, or will when it is old enough. */
export async function countApprovers(db: Queryable): Promise<number> {
  const [row] = await db
    .select({ persons: countDistinct(apiKey.personId) })
    .from(apiKey)
    .where(
      and(arrayContains(apiKey.scopes, ["approve"]), isNull(apiKey.revokedAtMs), gt(apiKey.expiresAtMs, sql`now()`)),
    );
  return row?.persons ?? 0;
}
