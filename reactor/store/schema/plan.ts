import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, text } from "drizzle-orm/pg-core";
import { person } from "./access.ts";
import { kustodia, moment } from "./columns.ts";

/** What a person wants done and another one must confirm: its plan as it was shown, found again by its hash. */
export const plan = kustodia.table(
  "plan",
  {
    hash: text("hash").primaryKey(),
    operation: text("operation").notNull(),
    request: jsonb("request").notNull(),
    plan: jsonb("plan").notNull(),
    reason: text("reason").notNull(),
    proposedBy: integer("proposed_by")
      .notNull()
      .references(() => person.id),
    proposedAtMs: moment("proposed_at").notNull(),
    expiresAtMs: moment("expires_at").notNull(),
    confirmedBy: integer("confirmed_by").references(() => person.id),
    confirmedAtMs: moment("confirmed_at"),
  },
  (table) => [
    index("plan_by_time").on(table.proposedAtMs, table.hash),
    index("plan_open").on(table.expiresAtMs).where(sql`${table.confirmedAtMs} is null`),
    check("plan_confirmed_by_somebody", sql`(${table.confirmedAtMs} is null) = (${table.confirmedBy} is null)`),
    check("plan_confirmed_by_another", sql`${table.confirmedBy} <> ${table.proposedBy}`),
  ],
);
