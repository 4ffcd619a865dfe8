import { sql } from "drizzle-orm";
import { check, date, integer, text, uniqueIndex } from "drizzle-orm/pg-core";
import { kustodia, moment } from "./columns.ts";

/** What stands, or stood, that a person must know of. Told again and again until somebody says that they have it. */
export const alert = kustodia.table(
  "alert",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    name: text("name").notNull(),
    detail: text("detail").notNull(),
    openedAtMs: moment("opened_at").notNull().default(sql`now()`),
    toldAtMs: moment("told_at").notNull().default(sql`now()`),
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedAtMs: moment("acknowledged_at"),
    closedAtMs: moment("closed_at"),
  },
  (table) => [
    uniqueIndex("alert_open").on(table.name).where(sql`${table.closedAtMs} is null`),
    check(
      "alert_is_acknowledged_by_somebody",
      sql`(${table.acknowledgedAtMs} is null) = (${table.acknowledgedBy} is null)`,
    ),
  ],
);

/** Days, by Mexico's calendar, of which it was told that all is quiet. */
export const quietDay = kustodia.table("quiet_day", { day: date("day").primaryKey() });
