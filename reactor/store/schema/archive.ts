import { sql } from "drizzle-orm";
import { bigint, check, customType, integer, text, uniqueIndex } from "drizzle-orm/pg-core";
import { kustodia, moment } from "./columns.ts";

/** Whole numbers, as the runs in which they follow each other: some bytes for a month of rows. */
const int8multirange = customType<{ data: string }>({ dataType: () => "int8multirange" });

/**
 * A month of the history that was written to a file and taken out of the database: which rows, and which file. The sealed event
 * that says so has the same file's hash, so that nobody makes a row of the history disappear by a row here.
 */
export const archivedMonth = kustodia.table(
  "archived_month",
  {
    /** The event that says so. */
    eventId: integer("event_id").primaryKey(),
    /** The month's table: `event_2027_01`. */
    name: text("name").notNull(),
    /** Null: since the beginning. */
    fromMs: moment("from_at"),
    toMs: moment("to_at").notNull(),
    rows: bigint("rows", { mode: "number" }).notNull(),
    rowIds: int8multirange("row_ids").notNull(),
    file: text("file").notNull(),
    sha256: text("sha256").notNull(),
    archivedAtMs: moment("archived_at").notNull().default(sql`now()`),
    /** Since when its rows are in the file alone: until then their table is still in the database, beside the history. */
    droppedAtMs: moment("dropped_at"),
    /** Since when they are back in the history. */
    restoredAtMs: moment("restored_at"),
  },
  (table) => [
    uniqueIndex("archived_once").on(table.name).where(sql`${table.restoredAtMs} is null`),
    check("archived_month_sha256", sql`${table.sha256} ~ '^[0-9a-f]{64}$'`),
  ],
);
