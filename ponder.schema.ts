import { index, onchainEnum, onchainTable, primaryKey, relations } from "ponder";

/*
 * What happened on chain. Written by the indexer alone, and rebuilt by it at will: rows vanish and come back (reorg, restart,
 * a new build). Amounts are MXNB base units (6 decimals), times unix seconds, addresses lower case.
 */

/** Every log, once and for all: what the reactor reads. `fromAddress` gives or acts, `toAddress` receives or is acted upon. */
export const chainEvent = onchainTable(
  "chain_event",
  (t) => ({
    /** Ponder's own id of the log; it sorts as the chain does. */
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    contract: t.hex().notNull(),
    /** The event's name in Solidity. */
    kind: t.text().notNull(),
    blockNumber: t.bigint().notNull(),
    blockHash: t.hex().notNull(),
    blockTimestamp: t.bigint().notNull(),
    txHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
    escrowId: t.bigint(),
    fromAddress: t.hex(),
    toAddress: t.hex(),
    amountBaseUnits: t.bigint(),
    /** The arguments that have no column of their own; integers as decimal strings. */
    data: t.json().$type<Readonly<Record<string, string | boolean>>>().notNull(),
  }),
  (table) => ({
    byBlock: index().on(table.blockNumber),
    byKind: index().on(table.kind, table.blockNumber),
    byEscrow: index().on(table.escrowId),
    byTransaction: index().on(table.txHash),
  }),
);

/** The words of the contract's own status, in its order. */
export const escrowStatus = onchainEnum("escrow_status", ["pending", "funded", "released", "disputed", "cancelled"]);

/** One escrow of the contract, as far as its events tell: they name neither the token, nor the deadline, nor the conditions. */
export const escrow = onchainTable(
  "escrow",
  (t) => ({
    /** Each contract counts its own: with several lanes the same number stands once for each. */
    id: t.bigint().notNull(),
    contract: t.hex().notNull(),
    payer: t.hex().notNull(),
    payee: t.hex().notNull(),
    amountBaseUnits: t.bigint().notNull(),
    vertical: t.text().notNull(),
    /** What the contract calls `clabe`. Ours puts a keyed hash there, never an account number. */
    clabeReference: t.text().notNull(),
    status: escrowStatus("status").notNull(),
    createdBlock: t.bigint().notNull(),
    createdTimestamp: t.bigint().notNull(),
    createdTxHash: t.hex().notNull(),
    fundedBlock: t.bigint(),
    fundedTxHash: t.hex(),
    releasedBlock: t.bigint(),
    releasedTxHash: t.hex(),
    disputedBlock: t.bigint(),
    disputedTxHash: t.hex(),
    disputedBy: t.hex(),
    disputeReason: t.text(),
    resolvedBlock: t.bigint(),
    resolvedTxHash: t.hex(),
    resolvedInFavorOfSeller: t.boolean(),
    cancelledBlock: t.bigint(),
    cancelledTxHash: t.hex(),
  }),
  (table) => ({
    key: primaryKey({ columns: [table.contract, table.id] }),
    byStatus: index().on(table.status),
    byPayer: index().on(table.payer),
    byPayee: index().on(table.payee),
  }),
);

/** An MXNB transfer from or to the bridge wallet or the escrow contract. */
export const transfer = onchainTable(
  "transfer",
  (t) => ({
    id: t.text().primaryKey(),
    // `from` and `to` are what the standard calls them; in SQL they are reserved words.
    from: t.hex("from_address").notNull(),
    to: t.hex("to_address").notNull(),
    amountBaseUnits: t.bigint().notNull(),
    blockNumber: t.bigint().notNull(),
    blockTimestamp: t.bigint().notNull(),
    txHash: t.hex().notNull(),
  }),
  (table) => ({
    bySender: index().on(table.from),
    byReceiver: index().on(table.to),
    byTransaction: index().on(table.txHash),
  }),
);

/** An MXNB allowance given by or to the bridge wallet or the escrow contract. It is what was set then, not what is left now. */
export const approval = onchainTable(
  "approval",
  (t) => ({
    id: t.text().primaryKey(),
    owner: t.hex().notNull(),
    spender: t.hex().notNull(),
    amountBaseUnits: t.bigint().notNull(),
    blockNumber: t.bigint().notNull(),
    blockTimestamp: t.bigint().notNull(),
    txHash: t.hex().notNull(),
  }),
  (table) => ({ byOwner: index().on(table.owner, table.spender) }),
);

export const balanceHolder = onchainEnum("balance_holder", ["bridge", "escrow"]);

/** What the indexed transfers add up to since the first indexed block. For reading, never for deciding: ask the token. */
export const balance = onchainTable("balance", (t) => ({
  account: t.hex().primaryKey(),
  holder: balanceHolder("holder").notNull(),
  receivedBaseUnits: t.bigint().notNull(),
  sentBaseUnits: t.bigint().notNull(),
  amountBaseUnits: t.bigint().notNull(),
  updatedBlock: t.bigint().notNull(),
}));

/** What an account held after each transfer that changed it: one row for each, and none between them. */
export const balancePoint = onchainTable(
  "balance_point",
  (t) => ({
    holder: balanceHolder("holder").notNull(),
    /** The transfer's log; it sorts as the chain does. */
    id: t.text().notNull(),
    account: t.hex().notNull(),
    /** What it added; below zero where it took. Zero for one to itself. */
    changeBaseUnits: t.bigint().notNull(),
    amountBaseUnits: t.bigint().notNull(),
    blockNumber: t.bigint().notNull(),
    blockTimestamp: t.bigint().notNull(),
    txHash: t.hex().notNull(),
  }),
  (table) => ({
    key: primaryKey({ columns: [table.account, table.id] }),
    byBlock: index().on(table.holder, table.blockNumber),
    byTime: index().on(table.holder, table.blockTimestamp),
  }),
);

/** Whether MXNB is paused. No row: it was neither paused nor unpaused since the first indexed block. */
export const tokenState = onchainTable("token_state", (t) => ({
  token: t.hex().primaryKey(),
  paused: t.boolean().notNull(),
  changedBlock: t.bigint().notNull(),
  changedTxHash: t.hex().notNull(),
}));

/** Those of our addresses and the bank's wallet that MXNB's issuer has frozen now. */
export const blacklistedAccount = onchainTable(
  "blacklisted_account",
  (t) => ({
    token: t.hex().notNull(),
    account: t.hex().notNull(),
    sinceBlock: t.bigint().notNull(),
    sinceTxHash: t.hex().notNull(),
  }),
  (table) => ({ key: primaryKey({ columns: [table.token, table.account] }) }),
);

/*
 * No log links a transfer to an escrow. What links them is one transaction, one amount, and the contract as one of the sides.
 */
export const escrowRelations = relations(escrow, ({ many }) => ({
  events: many(chainEvent, { relationName: "event" }),
  fundingTransfers: many(transfer, { relationName: "funding" }),
  releaseTransfers: many(transfer, { relationName: "release" }),
  cancelTransfers: many(transfer, { relationName: "cancel" }),
}));

export const chainEventRelations = relations(chainEvent, ({ one }) => ({
  escrow: one(escrow, {
    relationName: "event",
    fields: [chainEvent.contract, chainEvent.escrowId],
    references: [escrow.contract, escrow.id],
  }),
  transfer: one(transfer, { relationName: "log", fields: [chainEvent.id], references: [transfer.id] }),
}));

export const transferRelations = relations(transfer, ({ one }) => ({
  event: one(chainEvent, { relationName: "log", fields: [transfer.id], references: [chainEvent.id] }),
  fundedEscrow: one(escrow, {
    relationName: "funding",
    fields: [transfer.txHash, transfer.to, transfer.amountBaseUnits],
    references: [escrow.fundedTxHash, escrow.contract, escrow.amountBaseUnits],
  }),
  releasedEscrow: one(escrow, {
    relationName: "release",
    fields: [transfer.txHash, transfer.from, transfer.amountBaseUnits],
    references: [escrow.releasedTxHash, escrow.contract, escrow.amountBaseUnits],
  }),
  cancelledEscrow: one(escrow, {
    relationName: "cancel",
    fields: [transfer.txHash, transfer.from, transfer.amountBaseUnits],
    references: [escrow.cancelledTxHash, escrow.contract, escrow.amountBaseUnits],
  }),
  sender: one(balance, { relationName: "sent", fields: [transfer.from], references: [balance.account] }),
  receiver: one(balance, { relationName: "received", fields: [transfer.to], references: [balance.account] }),
}));

export const balanceRelations = relations(balance, ({ many }) => ({
  transfersSent: many(transfer, { relationName: "sent" }),
  transfersReceived: many(transfer, { relationName: "received" }),
}));
