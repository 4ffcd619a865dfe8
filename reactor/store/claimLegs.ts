import { and, asc, eq, getTableColumns, gt, inArray, isNull, lt, lte, min, ne, notInArray, or, sql } from "drizzle-orm";
import { type Leg, mayEndFrom } from "../payments/leg.ts";
import { builtOnce } from "./builtOnce.ts";
import type { Database } from "./database.ts";
import { CLOCK_MS } from "./databaseNowMs.ts";
import type { Lease } from "./holdLease.ts";
import { REACTOR_LOCK_CLASS } from "./identity.ts";
import { toLeg, WAITS_FOR_END_OF } from "./legRow.ts";
import { leg } from "./schema/index.ts";

/** How long a lease lasts if its holder still holds its lock but does not come back: hung, frozen, or cut off (DESIGN 5). */
const LEASE_SECONDS = 30;

export type Claimed = Readonly<{
  legs: readonly Leg[];
  /** Legs that nobody holds and that wait for the end of one of these, which may be near: read, and not claimed. */
  waiting: readonly Leg[];
  /** Under which all of them are claimed; null when none was due. */
  lease: Lease | null;
  nowMs: number;
  /** With no leg due: when the next one will be, unix ms; null when none has a time. */
  nextDueMs: number | null;
}>;

const {
  lane: _lane,
  wokenAtMs: _wokenAtMs,
  leaseHolder: _holder,
  failures: _failures,
  ...OF_LEG
} = getTableColumns(leg);
const OF_CLAIM = { ...OF_LEG, failures: leg.failures };

const take = builtOnce((db) => {
  // Locks are the whole cluster's: another database's reactor may have the same number.
  const alive = sql`(select objid::int from pg_locks
    where locktype = 'advisory' and classid = ${REACTOR_LOCK_CLASS} and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database()))`;
  const due = db.$with("due").as(
    db
      .select({ id: leg.id })
      .from(leg)
      .where(
        and(
          // Nobody waits for the disk (unflushed.ts): a claim that a Postgres without power forgets is a lease that nobody has, under which
          // nothing is ordered, and a leg that is claimed anew.
          sql`(select set_config('synchronous_commit', 'off', true)) = 'off'`,
          eq(leg.lane, sql.placeholder("lane")),
          lte(leg.dueAtMs, sql`now()`),
          ne(leg.state, "review"),
          or(isNull(leg.leaseHolder), lt(leg.leaseUntilMs, sql`now()`), notInArray(leg.leaseHolder, alive)),
        ),
      )
      .orderBy(asc(leg.dueAtMs), asc(leg.id))
      .limit(sql.placeholder("limit"))
      .for("update", { skipLocked: true }),
  );
  const taken = db.$with("taken").as(
    db
      .update(leg)
      .set({
        leaseHolder: sql`${sql.placeholder("holder")}::int`,
        leaseUntilMs: sql`now() + make_interval(secs => ${LEASE_SECONDS})`,
      })
      .where(inArray(leg.id, sql`(select id from due)`))
      .returning(OF_CLAIM),
  );
  // Of the same lane as the claimed ones: a payment's legs all have their payment's.
  const waiting = db
    .select(OF_CLAIM)
    .from(leg)
    .innerJoin(taken, eq(taken.paymentId, leg.paymentId))
    .where(
      and(
        eq(leg.state, "waiting"),
        eq(WAITS_FOR_END_OF, taken.kind),
        inArray(taken.state, [...mayEndFrom]),
        // What has failed goes by itself: what waits for it may be why.
        eq(taken.failures, 0),
        isNull(leg.leaseHolder),
        notInArray(leg.id, sql`(select id from due)`),
      ),
    );
  const found = db.$with("found").as(db.select().from(taken).unionAll(waiting));
  return db.with(due, taken, found).select().from(found).orderBy(found.dueAtMs, found.id).prepare("");
});

/**
 * Takes up to `limit` due legs of a lane for this reactor, each under a lease. A lease ends when it runs out, or at once when its
 * holder's session lock is gone.
 * @returns the legs, longest due first and of one moment by their numbers, so that the same rows are always taken the same
 *   way; and the database's clock, which is the only clock that decides.
 */
export async function claimLegs(db: Database, lane: string, holder: number, limit: number): Promise<Claimed> {
  const rows = await take(db).execute({ lane, holder, limit });
  const taken = rows.filter(({ leaseUntilMs }) => leaseUntilMs !== null);
  const untilMs = taken[0]?.leaseUntilMs ?? null;
  if (untilMs === null) {
    const [next] = await db
      .select({ dueMs: min(leg.dueAtMs), nowMs: CLOCK_MS })
      .from(leg)
      .where(and(eq(leg.lane, lane), gt(leg.dueAtMs, sql`now()`)));
    return { legs: [], waiting: [], lease: null, nowMs: next?.nowMs ?? 0, nextDueMs: next?.dueMs ?? null };
  }
  // The claim's own moment: a wake-up that comes while the legs are decided is later than it.
  const nowMs = untilMs - LEASE_SECONDS * 1_000;
  const waiting = rows.filter(({ leaseUntilMs }) => leaseUntilMs === null);
  const lease = { holder, untilMs };
  return { legs: taken.map(toLeg), waiting: waiting.map(toLeg), lease, nowMs, nextDueMs: null };
}

/** Gives claimed legs back undecided, due again in a moment: what was wrong was not theirs. */
export async function releaseLegs(db: Database, legs: readonly Leg[]): Promise<void> {
  await db
    .update(leg)
    .set({ leaseHolder: null, leaseUntilMs: null, dueAtMs: sql`now() + interval '1 second'` })
    .where(
      inArray(
        leg.id,
        legs.map((one) => one.id),
      ),
    );
}
