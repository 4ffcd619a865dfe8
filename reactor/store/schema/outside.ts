import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import type { BankFact } from "../../payments/facts.ts";
import { FIRST_ACCOUNT } from "../../payments/lanes.ts";
import type { WhyHeld } from "../../payments/matchDeposits.ts";
import { kustodia, moment, uint256 } from "./columns.ts";

/** Logs that Ponder showed, by the chain's own key, which survives re-inclusion in another block (DESIGN 3). */
export const inbox = kustodia.table(
  "inbox",
  {
    key: text("key").primaryKey(),
    kind: text("kind").notNull(),
    contract: text("contract").notNull(),
    txHash: text("tx_hash").notNull(),
    escrowId: text("escrow_id"),
    firstBlock: bigint("first_block", { mode: "bigint" }).notNull(),
    takenAtMs: moment("taken_at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [index("inbox_by_transaction").on(table.txHash), index("inbox_by_escrow").on(table.escrowId)],
);

/** One row for each chain: how far it has come, as last read. The settled head only moves forward. */
export const head = kustodia.table("head", {
  chainId: integer("chain_id").primaryKey(),
  latestNumber: bigint("latest_number", { mode: "bigint" }).notNull(),
  settledNumber: bigint("settled_number", { mode: "bigint" }),
  /** The head that payments above 100,000 MXN wait for (DESIGN 3). */
  settledLargeNumber: bigint("settled_large_number", { mode: "bigint" }),
  settledHash: text("settled_hash"),
  readAtMs: moment("read_at").notNull(),
  /** Why there is no settled head, or only one endpoint vouches for it, in words; null when all is well. */
  complaint: text("complaint"),
});

/** Hashes read from each chain for heights at or below its settled head. */
export const settledBlock = kustodia.table(
  "settled_hash",
  {
    chainId: integer("chain_id").notNull(),
    number: bigint("number", { mode: "bigint" }).notNull(),
    hash: text("hash").notNull(),
    readAtMs: moment("read_at").notNull().default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.chainId, table.number] })],
);

/** The same of the one chain that there was, for a program of before, which may still run beside this one. */
export const settledBlockOfOne = kustodia.table("settled_block", {
  number: bigint("number", { mode: "bigint" }).primaryKey(),
  hash: text("hash").notNull(),
  readAtMs: moment("read_at").notNull().default(sql`now()`),
});

/** The bank's transactions in their latest seen version. */
export const bankTransaction = kustodia.table(
  "bank_transaction",
  {
    id: text("id").primaryKey(),
    /** In whose list it stands: one of our bank accounts. */
    account: text("account").notNull().default(FIRST_ACCOUNT),
    type: text("type").$type<BankFact["type"]>().notNull(),
    status: text("status").$type<BankFact["status"]>().notNull(),
    amountBaseUnits: uint256("amount_base_units").notNull(),
    receiverClabe: text("receiver_clabe"),
    address: text("address"),
    bankAccountId: text("bank_account_id"),
    txHash: text("tx_hash"),
    fiatId: text("fiat_id"),
    refunded: boolean("refunded").notNull(),
    createdAtMs: moment("created_at").notNull(),
    updatedAtMs: moment("updated_at").notNull(),
    /** Since when it has been known as it is: by a replay what was decided before knew less. */
    readAtMs: moment("read_at").notNull().default(sql`now()`),
    /** Of a debit: in how many readings in a row no order of ours has explained it (judgeDebits.ts). */
    unexplainedReadings: integer("unexplained_readings").notNull().default(0),
  },
  (table) => [
    index("bank_transaction_unexplained").on(table.id).where(sql`${table.unexplainedReadings} > 0`),
    index("bank_transaction_by_hash").on(table.txHash),
    index("bank_transaction_by_clabe").on(table.receiverClabe, table.amountBaseUnits),
    index("bank_transaction_by_type").on(table.type, table.createdAtMs),
    index("bank_transaction_by_fiat_id").on(table.fiatId),
  ],
);

/** SPEI deposits to our CLABEs. They announce money; the issuance is the money. */
export const speiDeposit = kustodia.table(
  "spei_deposit",
  {
    fid: text("fid").primaryKey(),
    /** In whose list it stands: one of our bank accounts. */
    account: text("account").notNull().default(FIRST_ACCOUNT),
    receiverClabe: text("receiver_clabe").notNull(),
    amountCentavos: bigint("amount_centavos", { mode: "bigint" }).notNull(),
    status: text("status").$type<"pending" | "complete" | "failed">().notNull(),
    claveRastreo: text("clave_rastreo"),
    /** The first three digits of the payer's CLABE, where the bank told it: the account itself is not ours to keep. */
    senderBank: text("sender_bank"),
    /** In whose name it was paid, where the bank told it: personal, erased with its payment's names. */
    senderName: text("sender_name"),
    /** Only of a payout of ours that came back. */
    depositType: text("deposit_type"),
    createdAtMs: moment("created_at").notNull(),
  },
  (table) => [
    index("spei_deposit_by_clabe").on(table.receiverClabe, table.amountCentavos),
    index("spei_deposit_by_tracking_key").on(table.claveRastreo),
    index("spei_deposit_returned").on(table.fid).where(sql`${table.depositType} is not null`),
  ],
);

/**
 * What the bank has listed and no leg may have claimed: issuances, SPEI deposits and debits, so that who looks for those goes
 * through these few and not through all that was ever listed. Triggers keep it, whoever writes. It never lacks one; one that
 * was claimed while it was listed may stay, and the claims themselves decide.
 */
export const unclaimed = kustodia.table(
  "unclaimed",
  {
    source: text("source").$type<"issuance" | "spei_deposit" | "bank_transaction">().notNull(),
    outsideId: text("outside_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.source, table.outsideId] })],
);

/** Refunds of failed withdrawals and redemptions that the bank listed. */
export const bankRefund = kustodia.table("bank_refund", {
  id: text("id").primaryKey(),
  account: text("account").notNull().default(FIRST_ACCOUNT),
  /** The bank transaction that it gives back, if the bank says so. */
  refundOf: text("refund_of"),
  amountBaseUnits: uint256("amount_base_units").notNull(),
  createdAtMs: moment("created_at").notNull(),
});

/** A complete reading of the bank's lists of one account: only such a one lets an absence count, and in that account alone. */
export const bankReading = kustodia.table(
  "bank_reading",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    account: text("account").notNull().default(FIRST_ACCOUNT),
    startedAtMs: moment("started_at").notNull(),
    sinceMs: moment("since").notNull(),
    changed: integer("changed").notNull(),
    /** The highest number that a reactor had when it began: for all up to that one it is a reading since their start. */
    newestReactor: integer("newest_reactor").notNull().default(0),
    availableBaseUnits: uint256("available_base_units"),
  },
  (table) => [index("bank_reading_by_account").on(table.account, table.id)],
);

/**
 * What the bank last said is free to spend in an account, and when whoever asked began to ask. Written by a trigger of
 * `bank_reading` too, so that a reactor of an older version beside a newer one tells it as well.
 */
export const bankBalance = kustodia.table("bank_balance", {
  account: text("account").primaryKey(),
  startedAtMs: moment("started_at").notNull(),
  availableBaseUnits: uint256("available_base_units").notNull(),
});

/** Of each API key, the nonce and the request budget, shared by every reactor that calls with it. */
export const bankAccess = kustodia.table("bank_access", {
  apiKey: text("api_key").primaryKey(),
  /** Which bank account the key opens: nobody is started with it for another one. */
  account: text("account").notNull().default(FIRST_ACCOUNT),
  lastNonce: bigint("last_nonce", { mode: "bigint" }).notNull(),
  tokensMilli: bigint("tokens_milli", { mode: "bigint" }).notNull(),
  refilledAtMs: moment("refilled_at").notNull(),
  lockedUntilMs: moment("locked_until"),
});

/** Where the bank was told to ring for an account: once for each address, since it keeps every registration. */
export const webhookRegistration = kustodia.table(
  "webhook_registration",
  {
    callbackUrl: text("callback_url").notNull(),
    account: text("account").notNull().default(FIRST_ACCOUNT),
    registeredAtMs: moment("registered_at").notNull().default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.callbackUrl, table.account] })],
);

/** Webhooks as they came: stored first, answered, and then the bank is asked. */
export const webhookDelivery = kustodia.table("webhook_delivery", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  body: jsonb("body").notNull(),
  receivedAtMs: moment("received_at").notNull().default(sql`now()`),
});

/** Money at the bank that belongs to no payment, or to one of several: a person assigns or returns it. */
export const unassignedDeposit = kustodia.table("unassigned_deposit", {
  issuanceId: text("issuance_id").primaryKey(),
  why: text("why").$type<"unmatched" | "returned_payout" | WhyHeld>().notNull(),
  clabe: text("clabe").notNull(),
  amountCentavos: bigint("amount_centavos", { mode: "bigint" }).notNull(),
  candidateLegs: jsonb("candidate_legs").$type<readonly number[]>().notNull(),
  seenAtMs: moment("seen_at").notNull().default(sql`now()`),
});
