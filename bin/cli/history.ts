import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { sql } from "drizzle-orm";
import { judgeMonth } from "../../reactor/books/judgeMonth.ts";
import { type Database, openDatabase, type Queryable } from "../../reactor/store/database.ts";
import { databaseNowMs } from "../../reactor/store/databaseNowMs.ts";
import { readInstallationId } from "../../reactor/store/evidence.ts";
import { type ArchivedMonth, listArchived } from "../../reactor/store/months/archivedMonths.ts";
import { type Month, readMonths } from "../../reactor/store/months/byMonth.ts";
import { loadMonth } from "../../reactor/store/months/loadMonth.ts";
import { type Hindrance, readHindrance } from "../../reactor/store/months/readHindrance.ts";
import {
  type By,
  dropMonth,
  putBackMonth,
  takeOutMonth,
  type Written,
} from "../../reactor/store/months/takeOutMonth.ts";
import { monthLines, readWritten } from "../../reactor/store/months/writtenMonth.ts";
import { databaseUrl } from "../operate/databaseUrl.ts";
import { INSTALLATION } from "../operate/installKey.ts";
import { Refused } from "./askApi.ts";
import type { Answered } from "./commands.ts";
import { readMonthFile, rowLines, writeMonthFile } from "./monthFile.ts";
import { given, numberOf, type Options, WrongUsage } from "./usage.ts";

/**
 * For how long a month stays in the history, years, unless told otherwise. Ten are what books and records of a merchant must be
 * kept (Código de Comercio, art. 46 and 49), and since the reform of 16 July 2025 what is kept against money laundering too
 * (LFPIORPI, art. 18); the Código Fiscal's five (art. 30) are less. The file of a month that leaves sooner is kept as long.
 */
const KEPT_YEARS = "10";

/**
 * The months of the history, in the database itself: told, written to files and taken out, given up where a file has them, and
 * put back. Nothing leaves that is not written, read again and sealed.
 */
export async function history([verb = "list", word]: readonly string[], options: Options): Promise<Answered> {
  const { db, close } = openDatabase(databaseUrl(), 2, () => undefined);
  try {
    const does = VERBS[verb];
    if (does === undefined) throw new WrongUsage();
    return await does(db, word, options);
  } finally {
    await close();
  }
}

type Verb = (db: Database, word: string | undefined, options: Options) => Promise<Answered>;

const VERBS: Readonly<Record<string, Verb>> = {
  list: async (db) => {
    const [months, archived] = [await readMonths(db, "event"), await listArchived(db)];
    const text = [
      ...archived.map(({ name, rows, file, droppedAtMs }) =>
        droppedAtMs === null
          ? `${name}  ${rows}  archivado en ${file}, su tabla sigue aquí / archived in ${file}, its table is still here`
          : `${name}  ${rows}  solo en ${file} / in ${file} alone`,
      ),
      ...months.map(({ name }) => `${name}  en la historia / in the history`),
    ].join("\n");
    return { body: { archived: archived.map(toView), months: months.map(({ name }) => name) }, text };
  },

  archive: async (db, _word, options) => {
    const by = byOf(options);
    const folder = given(options.to);
    const done: string[] = [];
    for (const month of await oldMonths(db, numberOf(options.years ?? KEPT_YEARS))) {
      const archived = await archiveMonth(db, month, folder, by);
      if (typeof archived === "object") {
        const { es, en } = HINDRANCES[archived.why];
        throw new Refused({
          detail: `${month.name} se queda: ${es} (${archived.what}). Archivados: ${done.join(", ") || "ninguno"}.`,
          detail_en: `${month.name} stays: ${en} (${archived.what}). Archived: ${done.join(", ") || "none"}.`,
        });
      }
      if (archived === "out") done.push(month.name);
    }
    const text = done.length === 0 ? "Nada que archivar. / Nothing to archive." : done.join("\n");
    return { body: { archived: done }, text };
  },

  drop: async (db, name, options) => {
    const by = byOf(options);
    const month = await archivedNamed(db, given(name));
    await refuseOtherFile(month, given(options.file));
    if (month.droppedAtMs === null) await dropMonth(db, month, by);
    return { body: { dropped: month.name }, text: month.name };
  },

  restore: async (db, path, options) => {
    const by = byOf(options);
    const file = given(path);
    const { head } = await readMonthFile(file);
    const month = await archivedNamed(db, head.name);
    await refuseOtherFile(month, file);
    if (month.droppedAtMs !== null) {
      await inWholeTime(db, async (tx) => {
        await loadMonth(tx, month.name, rowLines(file));
        await refuseBroken(tx, month.name, month.rows);
      });
    }
    await putBackMonth(db, month, by);
    return { body: { restored: month.name }, text: month.name };
  },
};

const HINDRANCES: Readonly<Record<Hindrance["why"], Readonly<{ es: string; en: string }>>> = {
  payment_goes_on: { es: "uno de sus pagos no ha terminado", en: "one of its payments has not ended" },
  money_held: { es: "queda dinero de uno de sus pagos", en: "there is money left of one of its payments" },
  not_told: { es: "queda un aviso por entregar", en: "a notice about it is still to go out" },
};

const toView = ({ name, rows, file, sha256, droppedAtMs }: ArchivedMonth) => ({
  ...{ name, rows, file, sha256 },
  in_database: droppedAtMs === null,
});

const byOf = (options: Options): By => ({ actor: INSTALLATION, reason: given(options.reason) });

/** The months of the history that ended so many years ago, oldest first. */
async function oldMonths(db: Database, years: number): Promise<readonly Month[]> {
  if (years < 1) throw new WrongUsage();
  const now = new Date(await databaseNowMs(db));
  const endMs = Date.UTC(now.getUTCFullYear() - years, now.getUTCMonth());
  return (await readMonths(db, "event")).filter(({ toMs }) => toMs <= endMs);
}

/** Writes a month to a file, reads the file again, and takes the month out, unless there is nothing in it or something keeps it. */
async function archiveMonth(db: Database, month: Month, folder: string, by: By): Promise<"out" | "empty" | Hindrance> {
  const { name } = month;
  const installation = await readInstallationId(db);
  const path = join(folder, `${installation}-${name}.jsonl.gz`);
  const written = await inWholeTime(db, async (tx): Promise<Omit<Written, "sha256"> | "empty" | Hindrance> => {
    const hindrance = await readHindrance(tx, name);
    if (hindrance !== null) return hindrance;
    const rows = await refuseBroken(tx, name, null);
    const ids = await readWritten(tx, name);
    if (ids === null) return "empty";
    if (existsSync(path)) {
      throw new Refused({
        detail: `${path} ya existe. Si «history» no lo nombra, bórrelo.`,
        detail_en: `${path} exists already. If "history" does not name it, delete it.`,
      });
    }
    await writeMonthFile(path, { kustodia_history: 1, installation, name, rows }, monthLines(tx, name));
    return { ...ids, rows, file: basename(path) };
  });
  if (written === "empty" || "why" in written) return written;
  const read = await readMonthFile(path);
  if (read.rows !== written.rows) {
    throw new Error(`El archivo ${path} no tiene todo el mes. / The file ${path} does not have the whole month.`);
  }
  await takeOutMonth(db, month, { ...written, sha256: read.sha256 }, by);
  return "out";
}

/** As the history stands at one moment, however long it takes. */
const inWholeTime = <T>(db: Database, work: (tx: Queryable) => Promise<T>) =>
  db.transaction(
    async (tx) => {
      await tx.execute(sql`set local statement_timeout = 0`);
      return work(tx);
    },
    { isolationLevel: "repeatable read" },
  );

async function archivedNamed(db: Database, name: string): Promise<ArchivedMonth> {
  const month = (await listArchived(db)).find((one) => one.name === name);
  if (month !== undefined) return month;
  throw new Refused({ detail: `${name} no está archivado.`, detail_en: `${name} is not archived.` });
}

async function refuseOtherFile(month: ArchivedMonth, path: string): Promise<void> {
  const { sha256 } = await readMonthFile(path);
  if (sha256 === month.sha256) return;
  throw new Refused({
    detail: `${path} no es el archivo de ${month.name}: su SHA-256 es ${sha256}, y el sellado ${month.sha256}.`,
    detail_en: `${path} is not the file of ${month.name}: its SHA-256 is ${sha256}, and the sealed one ${month.sha256}.`,
  });
}

/** @param expected how many rows there must be; null where nobody knows. @returns how many rows there are, each as it was sealed. */
async function refuseBroken(tx: Queryable, name: string, expected: number | null): Promise<number> {
  const { rows, broken } = await judgeMonth(tx, name);
  if (broken === null && (expected === null || rows === expected)) return rows;
  const what = broken ?? `${rows}/${expected}`;
  throw new Refused({
    detail: `${name} no es como se selló (${what}): npm run cli -- verify.`,
    detail_en: `${name} is not as it was sealed (${what}): npm run cli -- verify.`,
  });
}
