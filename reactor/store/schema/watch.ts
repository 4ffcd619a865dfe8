import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { BreakKind } from "../../payments/breakKinds.ts";
import type { ClaimSource } from "../../payments/decision.ts";
import { FIRST_ACCOUNT } from "../../payments/lanes.ts";
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

/** What the three books tell differently, numbered, until it heals or a person closes it with a reason. */
export const breaks = kustodia.table(
  "break",
  {
    number: integer("number").primaryKey().generatedAlwaysAsIdentity(),
    /** In the reading of which bank account and its lanes: another one's does not heal it. */
    account: text("account").notNull().default(FIRST_ACCOUNT),
    kind: text("kind").$type<BreakKind>().notNull(),
    /** Null where it is no payment's. */
    paymentId: integer("payment_id").references(() => payment.id),
    legId: integer("leg_id").references(() => leg.id),
    source: text("source").$type<ClaimSource | "bank" | "chain" | "books">().notNull(),
    outsideId: text("outside_id").notNull(),
    /** How much is at stake; of a balance, how much more is there than its movements say. */
    amountBaseUnits: uint256("amount_base_units"),
    /** The evidence of our side: what we acted on, or what our books have. */
    consumed: jsonb("consumed").$type<Evidence>().notNull(),
    /** What the chain showed when the break was opened. */
    seen: jsonb("seen").$type<Evidence>().notNull(),
    /** What the bank showed. */
    atBank: jsonb("at_bank").$type<Evidence>().notNull().default({}),
    openedAtMs: moment("opened_at").notNull().default(sql`clock_timestamp()`),
    state: text("state").$type<BreakState>().notNull().default("open"),
    /** The person who works on it. */
    owner: text("owner"),
    explanation: text("explanation"),
    healedAtMs: moment("healed_at"),
    /** What the outside showed when it healed. */
    healed: jsonb("healed").$type<Evidence>(),
    closedBy: text("closed_by"),
    closeReason: text("close_reason"),
    closedAtMs: moment("closed_at"),
    /** Grows with each change: what somebody has read is what they act on. */
    version: integer("version").notNull().default(0),
  },
  (table) => [
    // A break that a person closed stays here: what was explained once is not opened again.
    uniqueIndex("break_is_open_once")
      .on(table.account, table.kind, table.source, table.outsideId)
      .where(sql`${table.healedAtMs} is null`),
    index("break_by_payment").on(table.paymentId),
    index("break_by_state").on(table.state, table.number),
    check(
      "break_closed_for_a_reason",
      sql`${table.state} <> 'closed' or ${table.healedAtMs} is not null
        or (${table.closedBy} is not null and ${table.closeReason} is not null and ${table.closedAtMs} is not null)`,
    ),
    check("break_owned_by_somebody", sql`${table.state} in ('open', 'closed') or ${table.owner} is not null`),
  ],
);

export const BREAK_STATES = ["open", "in_work", "explained", "closed"] as const;
export type BreakState = (typeof BREAK_STATES)[number];

export type Evidence = Readonly<Record<string, string>>;
