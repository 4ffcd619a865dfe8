import { eq, sql } from "drizzle-orm";
import { appendEvents } from "../appendEvent.ts";
import type { Database, Queryable } from "../database.ts";
import { archivedMonth } from "../schema/index.ts";
import type { ArchivedMonth } from "./archivedMonths.ts";
import { attach, type Month, named } from "./byMonth.ts";
import { inShortWaits } from "./inShortWaits.ts";

/** A month's rows as they were written to a file. @property rowIds their numbers, as a multirange. */
export type Written = Readonly<{ rows: number; lastId: number; rowIds: string; file: string; sha256: string }>;
/** Who does this to the history, and why: it becomes a part of it. */
export type By = Readonly<{ actor: string; reason: string }>;

/** Some ten seconds for the moment in which a month leaves or comes back. */
const TRIES = 15;

/**
 * Takes a month that was written to a file out of the history. Its table stays in the database, beside it.
 * @throws Error when a row came into it since it was written: then nothing has changed.
 */
export async function takeOutMonth(
  db: Database,
  { name, fromMs, toMs }: Month,
  written: Written,
  by: By,
): Promise<void> {
  const { rows, lastId, rowIds, file, sha256 } = written;
  await inShortWaits(db, TRIES, async (tx) => {
    await tx.execute(sql`lock table kustodia.event in access exclusive mode`);
    // Numbers only grow, and no row ever changes: with the same last one all is as it was written.
    const { rows: newest } = await tx.execute<{ id: number }>(sql`select max(id) as id from ${named(name)}`);
    if (newest[0]?.id !== lastId) throw new Error(`A row came into ${name} while it was written to the file.`);
    await tx.execute(sql`alter table kustodia.event detach partition ${named(name)}`);
    const eventId = await tell(tx, by, {
      es: `Mes ${name} de la historia archivado: ${rows} registros en ${file}, SHA-256 ${sha256}`,
      en: `Month ${name} of the history archived: ${rows} rows in ${file}, SHA-256 ${sha256}`,
      ...{ archived: name, rows: String(rows), sha256 },
    });
    await tx.insert(archivedMonth).values({ eventId, name, fromMs, toMs, rows, rowIds, file, sha256 });
  });
}

/** Gives up the table of a month that was taken out: from then on its rows are in the file alone. */
export async function dropMonth(db: Database, { eventId, name, file }: ArchivedMonth, by: By): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`drop table ${named(name)}`);
    await tx.update(archivedMonth).set({ droppedAtMs: sql`now()` }).where(eq(archivedMonth.eventId, eventId));
    await tell(tx, by, {
      es: `Mes ${name} de la historia fuera de la base de datos: solo está en ${file}`,
      en: `Month ${name} of the history is no longer in the database: it is in ${file} alone`,
    });
  });
}

/** Puts a month's table back into the history. */
export async function putBackMonth(db: Database, archived: ArchivedMonth, by: By): Promise<void> {
  const { eventId, name, fromMs, toMs } = archived;
  await inShortWaits(db, TRIES, async (tx) => {
    await attach(tx, "event", name, { fromMs, toMs });
    await tx.update(archivedMonth).set({ restoredAtMs: sql`now()` }).where(eq(archivedMonth.eventId, eventId));
    await tell(tx, by, {
      es: `Mes ${name} de la historia restaurado`,
      en: `Month ${name} of the history restored`,
    });
  });
}

async function tell(tx: Queryable, { actor, reason }: By, said: Readonly<Record<string, string>>): Promise<number> {
  const [event] = await appendEvents(tx, [
    { paymentId: null, legId: null, type: "accion_de_operador", data: { ...said, reason }, actor },
  ]);
  if (event === undefined) throw new Error("The history was not told.");
  return event.id;
}
