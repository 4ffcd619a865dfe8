import type { Entry } from "./entry.ts";
import type {
  BankAccount,
  ClabeRecord,
  Opening,
  RefundEntry,
  SpeiIn,
  SpeiOut,
  Transaction,
  TransactionType,
  WebhookRegistration,
} from "./records.ts";

/** What the journal adds up to. Maps and lists keep the order of the journal. */
export type State = {
  opening: Opening | undefined;
  clabes: Map<string, ClabeRecord>;
  bankAccounts: Map<string, BankAccount>;
  webhooks: WebhookRegistration[];
  speiIn: SpeiIn[];
  speiOut: SpeiOut[];
  transactions: Map<string, Transaction>;
  refunds: RefundEntry[];
  /** `<endpoint> <key>` → transaction id. */
  idempotency: Map<string, string>;
  /** `<hash>:<ordinal>` of every transfer that was credited. */
  creditedTransfers: Set<string>;
  /** Hashes the bank signed itself: its own mints are no deposits. */
  signedHashes: Set<string>;
  /** Next nonce of JUNO_WALLET as far as these books know. */
  nextNonce: number;
  /** What the account may spend. Orders take it when accepted. */
  availableBaseUnits: bigint;
};

export function emptyState(): State {
  return {
    opening: undefined,
    clabes: new Map(),
    bankAccounts: new Map(),
    webhooks: [],
    speiIn: [],
    speiOut: [],
    transactions: new Map(),
    refunds: [],
    idempotency: new Map(),
    creditedTransfers: new Set(),
    signedHashes: new Set(),
    nextNonce: 0,
    availableBaseUnits: 0n,
  };
}

/** +1: the account receives it at COMPLETE. -1: it is taken when the order is accepted. */
export const DIRECTION: Record<TransactionType, 1 | -1> = {
  ISSUANCE: 1,
  CRYPTO_DEPOSIT: 1,
  CRYPTO_WITHDRAWAL: -1,
  REDEMPTION: -1,
};

/** The one of that id. Throws when there is none: ids in the journal are its own. */
export function transactionOf(state: State, id: string): Transaction {
  const transaction = state.transactions.get(id);
  if (!transaction) throw new Error(`The sandbox's books have no transaction ${id}`);
  return transaction;
}

/** Applies one entry. The only function that changes a State. */
export function applyEntry(state: State, entry: Entry): void {
  switch (entry.entry) {
    case "books_opened":
      state.opening = entry.opening;
      state.availableBaseUnits += entry.opening.balanceBaseUnits;
      return;
    case "clabe_created":
      state.clabes.set(entry.clabe.clabe, entry.clabe);
      return;
    case "bank_account_registered":
      state.bankAccounts.set(entry.account.id, entry.account);
      return;
    case "webhook_registered":
      state.webhooks.push(entry.registration);
      return;
    case "spei_received":
      state.speiIn.push(entry.spei);
      return;
    case "spei_sent":
      state.speiOut.push(entry.spei);
      return;
    case "transaction_opened":
      applyOpened(state, entry.transaction);
      return;
    case "call_signed": {
      const transaction = transactionOf(state, entry.transactionId);
      state.transactions.set(transaction.id, { ...transaction, signed: entry.signed });
      state.signedHashes.add(entry.signed.hash);
      state.nextNonce = entry.signed.nonce + 1;
      return;
    }
    case "transaction_moved":
      applyMoved(state, entry);
      return;
    case "refunded": {
      const transaction = transactionOf(state, entry.refund.transactionId);
      state.refunds.push(entry.refund);
      state.transactions.set(transaction.id, { ...transaction, refund: "paid" });
      state.availableBaseUnits += transaction.amountBaseUnits;
      return;
    }
  }
}

function applyOpened(state: State, transaction: Transaction): void {
  state.transactions.set(transaction.id, transaction);
  if (DIRECTION[transaction.order.type] === -1) state.availableBaseUnits -= transaction.amountBaseUnits;
  const { idempotency, order } = transaction;
  if (idempotency) state.idempotency.set(`${idempotency.scope} ${idempotency.key}`, transaction.id);
  if (order.type === "CRYPTO_DEPOSIT") state.creditedTransfers.add(`${order.hash}:${order.ordinal}`);
}

function applyMoved(state: State, move: Extract<Entry, { entry: "transaction_moved" }>): void {
  const before = transactionOf(state, move.transactionId);
  state.transactions.set(before.id, {
    ...before,
    status: move.status,
    updatedAt: move.at,
    refund: move.refund ?? before.refund,
    timeline: move.step ? [...before.timeline, move.step] : before.timeline,
    ...(move.failure === undefined ? {} : { failure: move.failure }),
  });
  const credited = move.status === "COMPLETE" && DIRECTION[before.order.type] === 1;
  if (credited) state.availableBaseUnits += before.amountBaseUnits;
}
