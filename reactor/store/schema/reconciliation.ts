import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import type { BreakKind } from "../../payments/breakKinds.ts";
import { FIRST_ACCOUNT } from "../../payments/lanes.ts";
import { kustodia, moment, uint256 } from "./columns.ts";
import { leg } from "./payment.ts";

/**
 * What the outside showed, as the reconciliation itself read it: a transaction or a refund of the bank, or a settled log of
 * the chain. The intakes neither read nor write it.
 */
export const witness = kustodia.table(
  "witness",
  {
    /** The bank's id, or `transaction:log index`; with the account before it where that is not the first (`witnessId`). */
    id: text("id").primaryKey(),
    /** In the reading of which bank account and its lanes: each account is reconciled by itself. */
    account: text("account").notNull().default(FIRST_ACCOUNT),
    side: text("side").$type<"bank" | "chain">().notNull(),
    kind: text("kind").notNull(),
    /** The bank's word; null for a log, which has happened. */
    status: text("status").$type<"PENDING" | "IN_PROGRESS" | "COMPLETE" | "FAILED">(),
    amountBaseUnits: uint256("amount_base_units"),
    from: text("from_address"),
    to: text("to_address"),
    /** By which contract, since each counts its own: null in rows from before there were several, which are the first lane's. */
    contract: text("contract"),
    escrowId: text("escrow_id"),
    accountId: text("account_id"),
    txHash: text("tx_hash"),
    refundOf: text("refund_of"),
    blockNumber: bigint("block_number", { mode: "bigint" }),
    atMs: moment("at").notNull(),
    /** The bank's last change of it; a log's own time. */
    changedAtMs: moment("changed_at").notNull(),
    /** Whose it is, where something of ours names it. */
    legId: integer("leg_id").references(() => leg.id),
    /** Ordered or claimed by us; a log about an escrow of ours that somebody else caused has a leg, and is not. */
    ours: boolean("ours").notNull(),
  },
  (table) => [
    index("witness_by_leg").on(table.legId),
    index("witness_not_ours").on(table.id).where(sql`not ${table.ours}`),
    index("witness_by_transaction").on(table.txHash),
    index("witness_by_account").on(table.accountId),
    index("witness_open").on(table.atMs).where(sql`${table.status} in ('PENDING', 'IN_PROGRESS')`),
  ],
);

/** Base units, as text, by place. */
export type Sums = Readonly<Record<"juno" | "bridge" | "escrow", string>>;

/** A reconciliation: up to where it read, what all its witnesses add up to, what it found and what it cost. */
export const reconciliation = kustodia.table("reconciliation", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  /** Of which bank account and its lanes. */
  account: text("account").notNull().default(FIRST_ACCOUNT),
  span: text("span").$type<"incremental" | "full">().notNull(),
  startedAtMs: moment("started_at").notNull(),
  blockNumber: bigint("block_number", { mode: "bigint" }).notNull(),
  blockHash: text("block_hash").notNull(),
  sums: jsonb("sums").$type<Sums>().notNull(),
  balances: jsonb("balances").$type<Sums>().notNull(),
  payments: integer("payments").notNull(),
  matched: integer("matched").notNull(),
  breaks: integer("breaks").notNull(),
  differenceCentavos: bigint("difference_centavos", { mode: "bigint" }).notNull(),
  rpcCalls: integer("rpc_calls").notNull(),
  bankCalls: integer("bank_calls").notNull(),
  elapsedMs: integer("elapsed_ms").notNull(),
});

/** What one reading found and the next one has to confirm before it is a break. */
export const suspicion = kustodia.table(
  "suspicion",
  {
    account: text("account").notNull().default(FIRST_ACCOUNT),
    kind: text("kind").$type<BreakKind>().notNull(),
    source: text("source").$type<"bank" | "chain" | "books">().notNull(),
    outsideId: text("outside_id").notNull(),
    legId: integer("leg_id").references(() => leg.id),
    sinceMs: moment("since").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ columns: [table.account, table.kind, table.source, table.outsideId] })],
);
