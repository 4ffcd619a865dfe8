import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { ClaimSource } from "../../payments/decision.ts";
import { kustodia, moment, uint256 } from "./columns.ts";
import { claim, leg, payment } from "./payment.ts";

/** The log of a claim as it was seen, until its block is settled: the chain may take it back. */
export const watchedFact = kustodia.table(
  "watched_fact",
  {
    claimId: integer("claim_id")
      .primaryKey()
      .references(() => claim.id),
    legId: integer("leg_id")
      .notNull()
      .references(() => leg.id),
    /** The default is for a reactor from before there were others, beside a newer one. */
    kind: text("kind").notNull().default("Transfer"),
    txHash: text("tx_hash").notNull(),
    blockNumber: bigint("block_number", { mode: "bigint" }).notNull(),
    blockHash: text("block_hash").notNull(),
    escrowId: text("escrow_id"),
    from: text("from_address"),
    to: text("to_address"),
    amountBaseUnits: uint256("amount_base_units"),
    missingSinceMs: moment("missing_since"),
    askedAtMs: moment("asked_at"),
    settledAtMs: moment("settled_at"),
  },
  (table) => [
    index("watched_fact_unsettled").on(table.blockNumber).where(sql`${table.settledAtMs} is null`),
    index("watched_fact_unsettled_by_leg").on(table.legId).where(sql`${table.settledAtMs} is null`),
  ],
);

/** What two sides tell differently, numbered, until it heals or is explained. The leg concerned is a person's. */
export const breaks = kustodia.table(
  "break",
  {
    number: integer("number").primaryKey().generatedAlwaysAsIdentity(),
    kind: text("kind").$type<"vanished_fact">().notNull(),
    paymentId: integer("payment_id")
      .notNull()
      .references(() => payment.id),
    legId: integer("leg_id")
      .notNull()
      .references(() => leg.id),
    source: text("source").$type<ClaimSource>().notNull(),
    outsideId: text("outside_id").notNull(),
    /** What we acted on. */
    consumed: jsonb("consumed").$type<Evidence>().notNull(),
    /** What the outside showed when the break was opened. */
    seen: jsonb("seen").$type<Evidence>().notNull(),
    openedAtMs: moment("opened_at").notNull().default(sql`clock_timestamp()`),
    healedAtMs: moment("healed_at"),
    /** What the outside showed when it healed. */
    healed: jsonb("healed").$type<Evidence>(),
  },
  (table) => [
    uniqueIndex("break_is_open_once")
      .on(table.kind, table.source, table.outsideId)
      .where(sql`${table.healedAtMs} is null`),
    index("break_by_payment").on(table.paymentId),
  ],
);

export type Evidence = Readonly<Record<string, string>>;
