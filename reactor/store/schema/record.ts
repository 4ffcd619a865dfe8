import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { AnyEventType } from "../../payments/words.ts";
import { kustodia, moment } from "./columns.ts";
import { attempt } from "./effect.ts";
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
  },
  (table) => [index("event_by_payment").on(table.paymentId, table.id)],
);

/** One movement between two places: pending when its order leaves, posted or voided by evidence. Balanced by its shape. */
export const transfer = kustodia.table(
  "transfer",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    legId: integer("leg_id")
      .notNull()
      .references(() => leg.id),
    attemptId: integer("attempt_id").references(() => attempt.id),
    from: text("from_place").notNull(),
    to: text("to_place").notNull(),
    amountCentavos: bigint("amount_centavos", { mode: "bigint" }).notNull(),
    state: text("state").$type<"pending" | "posted" | "voided">().notNull(),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
    closedAtMs: moment("closed_at"),
  },
  (table) => [
    index("transfer_by_leg").on(table.legId),
    index("transfer_out").on(table.createdAtMs).where(sql`${table.to} = 'beneficiary'`),
    index("transfer_by_closing").on(table.closedAtMs).where(sql`${table.state} = 'posted'`),
    index("transfer_pending").on(table.from).where(sql`${table.state} = 'pending'`),
  ],
);

/** One row: centavos by place of every movement posted up to a moment, as text (readMoney.ts). */
export const moneyRollup = kustodia.table(
  "money_rollup",
  {
    id: integer("id").primaryKey().default(1),
    throughMs: moment("through").notNull(),
    centavos: jsonb("centavos").$type<Readonly<Record<string, string>>>().notNull(),
  },
  (table) => [check("money_rollup_is_one", sql`${table.id} = 1`)],
);

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

/** Runs of the five processes. */
export const processRun = kustodia.table(
  "process_run",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    process: text("process").notNull(),
    startedBy: text("started_by").notNull(),
    startedAtMs: moment("started_at").notNull(),
    finishedAtMs: moment("finished_at"),
    result: jsonb("result").$type<Readonly<Record<string, number>>>(),
    error: text("error"),
  },
  (table) => [index("process_run_by_process").on(table.process, table.id)],
);
