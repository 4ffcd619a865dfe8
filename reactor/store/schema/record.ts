import { getTableColumns, sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, text, uniqueIndex } from "drizzle-orm/pg-core";
import { FIRST_ACCOUNT } from "../../payments/lanes.ts";
import type { AnyEventType } from "../../payments/words.ts";
import { kustodia, moment, xid8 } from "./columns.ts";
import { leg, payment } from "./payment.ts";

/** Everything that happened, once, in the people's words. Append-only: a trigger refuses anything else. */
export const event = kustodia.table(
  "event",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    paymentId: integer("payment_id").references(() => payment.id),
    legId: integer("leg_id").references(() => leg.id),
    type: text("type").$type<AnyEventType>().notNull(),
    es: text("es").notNull(),
    en: text("en").notNull(),
    data: jsonb("data").$type<Readonly<Record<string, string>>>().notNull(),
    actor: text("actor").notNull(),
    atMs: moment("at").notNull().default(sql`clock_timestamp()`),
    xact: xid8("xact").notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [index("event_by_payment").on(table.paymentId, table.id)],
);

/** An event as it is told; by which transaction it came concerns its seal alone. */
const { xact: _, ...told } = getTableColumns(event);
export const EVENT_COLUMNS = told;

/**
 * While a row is not lifted, no money leaves. Each reason is a row of its own, so that nobody lifts what they have not
 * read; the database itself refuses a lift that two persons do not stand for.
 */
export const killSwitch = kustodia.table(
  "kill_switch",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    why: text("why").notNull(),
    pulledBy: text("pulled_by").notNull(),
    pulledAtMs: moment("pulled_at").notNull().default(sql`clock_timestamp()`),
    /** What the tripwire or the start fence saw, by its own name. Unique over lifted rows too: a lift of two persons is not undone by it. */
    finding: text("finding").unique(),
    /** Whether the history has its event. The tripwire can write none: a reactor does it. */
    told: boolean("told").notNull().default(false),
    liftedBy: text("lifted_by").array(),
    liftReason: text("lift_reason"),
    liftedAtMs: moment("lifted_at"),
  },
  (table) => [
    uniqueIndex("kill_switch_open").on(table.why).where(sql`${table.liftedAtMs} is null`),
    check(
      "kill_switch_lifted_by_two",
      sql`(${table.liftedAtMs} is null) = (${table.liftedBy} is null)
        and (${table.liftedAtMs} is null) = (${table.liftReason} is null)
        and (${table.liftedBy} is null or coalesce(cardinality(${table.liftedBy}) = 2
          and lower(${table.liftedBy}[1]) <> lower(${table.liftedBy}[2]), false))`,
    ),
  ],
);

/** What a run did: counts, and money as decimal pesos. */
export type RunResult = Readonly<Record<string, number | string>>;

/** Runs of the five processes. */
export const processRun = kustodia.table(
  "process_run",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    process: text("process").notNull(),
    /** It reads this bank account, and runs once over all reactors of it. */
    account: text("account").notNull().default(FIRST_ACCOUNT),
    startedBy: text("started_by").notNull(),
    startedAtMs: moment("started_at").notNull(),
    finishedAtMs: moment("finished_at"),
    result: jsonb("result").$type<RunResult>(),
    error: text("error"),
  },
  (table) => [index("process_run_by_account").on(table.process, table.account, table.id)],
);
