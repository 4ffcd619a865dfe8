import { and, desc, eq, isNull, lte, sql } from "drizzle-orm";
import type { LaneAddresses } from "../payments/lanes.ts";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import { isMoved } from "./controls.ts";
import type { Queryable } from "./database.ts";
import { killSwitch } from "./schema/index.ts";

/** One reason for which outgoing money was stopped. It stops until it is lifted. */
export type Pull = typeof killSwitch.$inferSelect;

/**
 * Stops all outgoing money, of every reactor, until two persons lift it.
 * @param why one Spanish sentence.
 * @param finding the name for ever of what was seen: it pulls once, and after a lift never again.
 * @returns the event to show; none when it is pulled for this very reason already.
 */
export async function pullKillSwitch(
  tx: Queryable,
  why: string,
  pulledBy: string,
  finding: string | null = null,
): Promise<readonly StoredEvent[]> {
  await tx.insert(killSwitch).values({ why, pulledBy, finding }).onConflictDoNothing();
  return tellPulls(tx);
}

/** Puts into the history what was pulled and not told yet, by whom ever. @returns the events to show. */
export async function tellPulls(tx: Queryable): Promise<readonly StoredEvent[]> {
  const untold = await tx.update(killSwitch).set({ told: true }).where(eq(killSwitch.told, false)).returning();
  return appendEvents(
    tx,
    untold.map(({ why, pulledBy }) => ({
      paymentId: null,
      legId: null,
      type: "interruptor_activado",
      data: { message: why },
      actor: pulledBy,
    })),
  );
}

export type Lift = Readonly<{
  reason: string;
  persons: readonly [string, string];
  /** The newest pull that the two have seen: one that came after it stays. Null lifts all. */
  upTo: number | null;
}>;

/**
 * Lifts every reason that two persons have seen.
 * @returns the events to show; none when nothing was pulled.
 * @throws Error of the database when the two are one.
 */
export async function liftKillSwitch(tx: Queryable, lift: Lift): Promise<readonly StoredEvent[]> {
  const { reason, persons, upTo } = lift;
  const lifted = await tx
    .update(killSwitch)
    .set({ liftedBy: [...persons], liftReason: reason, liftedAtMs: sql`clock_timestamp()` })
    .where(and(isNull(killSwitch.liftedAtMs), upTo === null ? undefined : lte(killSwitch.id, upTo)))
    .returning({ why: killSwitch.why });
  return appendEvents(
    tx,
    lifted.map(({ why }) => ({
      paymentId: null,
      legId: null,
      type: "interruptor_levantado",
      data: { message: reason, why },
      actor: persons.join(", "),
    })),
  );
}

/**
 * Whether money may not leave by a reactor's lane: the switch is pulled; or an address of the lane is another one by now than
 * what the reactor was started with, which then waits for its next start; or the lane is not open yet, or not any more.
 */
export async function isKilled(tx: Queryable, addresses: LaneAddresses): Promise<boolean> {
  const { rows } = await tx.execute<{ killed: boolean }>(sql`
    select exists (select from kustodia.kill_switch where lifted_at is null) or ${isMoved(addresses)}
      or exists (select from kustodia.lane where name = ${addresses.lane} and state in ('proposed', 'retired')) as killed`);
  return rows[0]?.killed !== false;
}

/** The reasons for which money stands still now, oldest first. None: it may leave. */
export async function openPulls(tx: Queryable): Promise<readonly Pull[]> {
  return tx.select().from(killSwitch).where(isNull(killSwitch.liftedAtMs)).orderBy(killSwitch.id);
}

/** The newest pulls, lifted or not, newest first. */
export async function lastPulls(tx: Queryable, most: number): Promise<readonly Pull[]> {
  return tx.select().from(killSwitch).orderBy(desc(killSwitch.id)).limit(most);
}
