import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, primaryKey, text, unique, uniqueIndex } from "drizzle-orm/pg-core";
import { kustodia, moment, xid8 } from "./columns.ts";
import { attempt } from "./effect.ts";
import { leg } from "./payment.ts";

/**
 * Where money can be. `buyer`: outside, with who paid in, so that its balance is below zero by all that ever came.
 * `suspense`: at the bank, and of no payment yet. `in_transit`: ordered out of one place and not proven at the other, by
 * leg. `beneficiary`, `fees`, `returns`: outside again, with who was paid, with who earned a commission, with who got it back.
 * `company`: outside too, below zero by what the company has put in of its own.
 */
export const PLACES = [
  "buyer",
  "suspense",
  "juno",
  "bridge",
  "escrow",
  "beneficiary",
  "fees",
  "returns",
  "company",
] as const;
export const ACCOUNTS = [...PLACES, "in_transit"] as const;
/** Those with whom money is that was paid out. */
export const PAID_OUT: readonly Place[] = ["beneficiary", "fees", "returns"];
export type Place = (typeof PLACES)[number];
export type Account = (typeof ACCOUNTS)[number];

/**
 * One movement of money between two places: pending when its order leaves, posted or voided by evidence. It is what is
 * under way; where money is say its entries, which the database writes with it and which nobody can write otherwise.
 */
export const transfer = kustodia.table(
  "transfer",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    /** Null for money of no payment yet. */
    legId: integer("leg_id").references(() => leg.id),
    attemptId: integer("attempt_id").references(() => attempt.id),
    /** Of money that came in: what the bank issued for it. */
    issuanceId: text("issuance_id"),
    from: text("from_place").$type<Place>().notNull(),
    to: text("to_place").$type<Place>().notNull(),
    amountCentavos: bigint("amount_centavos", { mode: "bigint" }).notNull(),
    state: text("state").$type<"pending" | "posted" | "voided">().notNull(),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
    closedAtMs: moment("closed_at"),
  },
  (table) => [
    index("transfer_by_leg").on(table.legId),
    index("transfer_paid_out").on(table.createdAtMs).where(sql`${table.to} in ('beneficiary', 'fees', 'returns')`),
    index("transfer_pending").on(table.from).where(sql`${table.state} = 'pending'`),
    index("transfer_suspended").on(table.issuanceId).where(sql`${table.to} = 'suspense'`),
    uniqueIndex("issuance_comes_once").on(table.issuanceId, table.to).where(sql`${table.issuanceId} is not null`),
  ],
);

/** Money as it came to an account (above zero) or left it. Append-only, by a trigger; those of a movement add up to nothing, by another. */
export const entry = kustodia.table(
  "entry",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    transferId: integer("transfer_id")
      .notNull()
      .references(() => transfer.id),
    /** These two are the movement's own, and are guarded there. */
    paymentId: integer("payment_id"),
    legId: integer("leg_id"),
    account: text("account").$type<Account>().notNull(),
    amountCentavos: bigint("amount_centavos", { mode: "bigint" }).notNull(),
    postedAtMs: moment("posted_at").notNull(),
    xact: xid8("xact").notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    index("entry_by_transfer").on(table.transferId),
    index("entry_by_payment").on(table.paymentId, table.id),
    index("entry_by_posting").on(table.postedAtMs),
    check("entry_account", sql`${table.account} in (${sql.raw(ACCOUNTS.map((name) => `'${name}'`).join(", "))})`),
    check("entry_moves_something", sql`${table.amountCentavos} <> 0`),
  ],
);

/** Balances as they were at the end of a period, centavos as text by account. Nothing is posted into a closed period. */
export const closing = kustodia.table("closing", {
  throughMs: moment("through").primaryKey(),
  centavos: jsonb("centavos").$type<Readonly<Record<string, string>>>().notNull(),
});

/**
 * The chain of hashes over a payment's events and entries: each seals its row and all before it. Payment 0 is the
 * installation's own chain, of what belongs to no payment.
 */
export const seal = kustodia.table(
  "seal",
  {
    paymentId: integer("payment_id").notNull(),
    position: integer("position").notNull(),
    source: text("source").$type<"event" | "entry">().notNull(),
    rowId: bigint("row_id", { mode: "number" }).notNull(),
    hash: text("hash").notNull(),
    previousHash: text("previous_hash").notNull(),
    sealedAtMs: moment("sealed_at").notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.paymentId, table.position] }),
    unique("sealed_once").on(table.source, table.rowId),
    check("seal_source", sql`${table.source} in ('event', 'entry')`),
  ],
);
