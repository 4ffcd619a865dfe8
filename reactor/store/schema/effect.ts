import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, text, unique, uuid } from "drizzle-orm/pg-core";
import type { SendAction } from "../../payments/table.ts";
import { kustodia, moment, uint256 } from "./columns.ts";
import { leg } from "./payment.ts";

/** One order as it leaves: intent and key stored first, the answer when it comes. */
export const attempt = kustodia.table(
  "attempt",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    legId: integer("leg_id")
      .notNull()
      .references(() => leg.id),
    action: text("action").$type<SendAction>().notNull(),
    generation: integer("generation").notNull(),
    number: integer("number").notNull(),
    key: uuid("key").notNull(),
    amountCentavos: bigint("amount_centavos", { mode: "bigint" }).notNull(),
    outcome: text("outcome").$type<"pending" | "done" | "refused" | "unknown">().notNull().default("pending"),
    outsideId: text("outside_id"),
    when: text("refused_when").$type<"never" | "not_now">(),
    reason: text("reason"),
    evidence: jsonb("evidence"),
    sentAtMs: moment("sent_at").notNull(),
    closedAtMs: moment("closed_at"),
  },
  (table) => [
    unique("attempt_is_numbered").on(table.legId, table.action, table.generation, table.number),
    index("attempt_by_outside_id").on(table.outsideId),
    index("attempt_open").on(table.action, table.amountCentavos).where(sql`${table.outcome} in ('pending', 'unknown')`),
  ],
);

/**
 * `included` has a receipt that is not settled yet; `mined` and `reverted` are settled; `replaced` by another price of the
 * same nonce; `lost`, because somebody else's transaction used the nonce, so that it can never happen.
 */
export type ChainTransactionState =
  | "reserved"
  | "signed"
  | "sent"
  | "included"
  | "mined"
  | "reverted"
  | "replaced"
  | "lost";

/** The next nonce of each signing address: reserved here, checked against the chain's. */
export const signer = kustodia.table("signer", {
  address: text("address").primaryKey(),
  nextNonce: integer("next_nonce").notNull(),
});

/** Our own transactions, known by hash before they are sent. A bump is another row with the same nonce. */
export const chainTransaction = kustodia.table(
  "chain_transaction",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    /** Null for the standing allowance, which belongs to the lane and to no leg. */
    legId: integer("leg_id").references(() => leg.id),
    action: text("action").$type<SendAction | "approve">().notNull(),
    generation: integer("generation").notNull(),
    signer: text("signer").notNull(),
    nonce: integer("nonce").notNull(),
    to: text("to").notNull(),
    data: text("data").notNull(),
    gas: uint256("gas").notNull(),
    maxFeePerGas: uint256("max_fee_per_gas").notNull(),
    maxPriorityFeePerGas: uint256("max_priority_fee_per_gas").notNull(),
    /** Both null between the reservation of the nonce and the signature; signing again gives the same bytes. */
    raw: text("raw"),
    hash: text("hash").unique(),
    state: text("state").$type<ChainTransactionState>().notNull(),
    includedInBlock: bigint("included_in_block", { mode: "bigint" }),
    sentAtMs: moment("sent_at"),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
  },
  (table) => [
    index("chain_transaction_by_leg").on(table.legId),
    index("chain_transaction_open")
      .on(table.signer, table.nonce)
      .where(sql`${table.state} in ('reserved', 'signed', 'sent', 'included')`),
    index("chain_transaction_approvals").on(table.signer, table.id).where(sql`${table.action} = 'approve'`),
    unique("one_price_per_nonce").on(table.signer, table.nonce, table.maxFeePerGas),
  ],
);
