import { and, desc, eq, isNull, lt, notInArray, sql } from "drizzle-orm";
import type { AnyEventType } from "../payments/words.ts";
import { appendEvents, type NewEvent, type StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import { alert, quietDay } from "./schema/index.ts";
import { LOCKS } from "./withLock.ts";

export type Alert = typeof alert.$inferSelect;

/** An alert that nobody has taken is told again after this long. */
const REPEAT_AFTER_MINUTES = 15;

/**
 * Opens what stands and was not open, tells again what nobody has acknowledged, closes what stands no more. When nothing
 * stands that is told too, once a day, so that silence is seen: who hears nothing for a day knows that nothing is told.
 * @returns the events to show; none when another reactor is at it.
 */
export async function saveAlerts(
  tx: Queryable,
  standing: readonly Readonly<{ name: string; detail: string }>[],
): Promise<readonly StoredEvent[]> {
  const { rows } = await tx.execute<{ got: boolean }>(sql`select pg_try_advisory_xact_lock(${LOCKS.alerts}) as got`);
  if (!rows[0]?.got) return [];
  const names = standing.map(({ name }) => name);
  const opened =
    standing.length === 0
      ? []
      : await tx
          .insert(alert)
          .values([...standing])
          .onConflictDoNothing()
          .returning();
  const closed = await tx
    .update(alert)
    .set({ closedAtMs: sql`now()` })
    .where(and(isNull(alert.closedAtMs), names.length === 0 ? undefined : notInArray(alert.name, names)))
    .returning();
  const repeated = await tx
    .update(alert)
    .set({ toldAtMs: sql`now()` })
    .where(
      and(
        isNull(alert.closedAtMs),
        isNull(alert.acknowledgedAtMs),
        sql`${alert.toldAtMs} < now() - make_interval(mins => ${REPEAT_AFTER_MINUTES})`,
      ),
    )
    .returning();
  return appendEvents(tx, [
    ...opened.map((one) => eventOf("alerta_abierta", one)),
    ...repeated.map((one) => eventOf("alerta_repetida", one)),
    ...closed.map((one) => eventOf("alerta_cerrada", one)),
    ...(standing.length === 0 ? await tellQuietDay(tx) : []),
  ]);
}

/** A named person has the alert, and says why or what they do: it is told no more. @returns null when none of this number is open and untaken. */
export async function acknowledgeAlert(
  tx: Queryable,
  id: number,
  { person, reason }: Readonly<{ person: string; reason: string }>,
): Promise<Readonly<{ alert: Alert; events: readonly StoredEvent[] }> | null> {
  const [taken] = await tx
    .update(alert)
    .set({ acknowledgedBy: person, acknowledgedAtMs: sql`now()` })
    .where(and(eq(alert.id, id), isNull(alert.closedAtMs), isNull(alert.acknowledgedAtMs)))
    .returning();
  if (taken === undefined) return null;
  const told = eventOf("alerta_atendida", taken);
  const events = await appendEvents(tx, [{ ...told, data: { ...told.data, reason }, actor: person }]);
  return { alert: taken, events };
}

/** The newest alerts, open or not, newest first. */
export async function listAlerts(
  db: Queryable,
  { limit, before }: { limit: number; before: number | null },
): Promise<readonly Alert[]> {
  return db
    .select()
    .from(alert)
    .where(before === null ? undefined : lt(alert.id, before))
    .orderBy(desc(alert.id))
    .limit(limit);
}

/** Once a day, by Mexico's calendar. */
async function tellQuietDay(tx: Queryable): Promise<readonly NewEvent[]> {
  const told = await tx
    .insert(quietDay)
    .values({ day: sql`(now() at time zone 'America/Mexico_City')::date` })
    .onConflictDoNothing()
    .returning();
  return told.map(() => ({ paymentId: null, legId: null, type: "todo_en_calma", data: {}, actor: "kustodia" }));
}

function eventOf(type: Extract<AnyEventType, `alerta_${string}`>, { id, name, detail }: Alert): NewEvent {
  return { paymentId: null, legId: null, type, data: { number: String(id), alert: name, detail }, actor: "kustodia" };
}
