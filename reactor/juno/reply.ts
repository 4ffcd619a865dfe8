/**
 * What is known after asking the bank. `unknown` is an outcome, not an error: the call may have been executed.
 * `refused never` will not be accepted if repeated; `refused not_now` may be, under the same key.
 */
export type BankReply<T> =
  | { outcome: "done"; value: T; evidence: BankEvidence }
  | (Refusal & { outcome: "refused"; code: string; message: string; evidence: BankEvidence })
  | { outcome: "unknown"; why: UnknownWhy; message: string; evidence: BankEvidence };

export type Refusal = { when: "never" | "not_now"; reason: RefusalReason };

type RefusalReason = "insufficient" | "limit" | "throttled" | "authentication" | "account" | "validation" | "not_found";

export type UnknownWhy = "timeout" | "connection" | "server_error" | "malformed" | "unclassified";

/** JSON-serialisable. Times in unix ms; `body` is cut, and without secrets, names and CLABEs. */
export type BankEvidence = {
  method: "GET" | "POST";
  path: string;
  httpStatus?: number;
  sentAtMs: number;
  answeredAtMs?: number;
  body?: string;
};

export type TransactionType = "ISSUANCE" | "REDEMPTION" | "CRYPTO_DEPOSIT" | "CRYPTO_WITHDRAWAL" | "CONVERSION";
export type TransactionStatus = "PENDING" | "IN_PROGRESS" | "COMPLETE" | "FAILED";

/** A movement in the Juno account. 1 MXN = 1 MXNB = 1,000,000 base units; hashes and addresses in lower case. */
export type BankTransaction = {
  id: string;
  type: TransactionType;
  status: TransactionStatus;
  amountBaseUnits: bigint;
  /** Upper case: MXN, MXNB. */
  currency: string;
  createdAtMs: number;
  updatedAtMs: number;
  refunded: boolean;
  txHash?: `0x${string}`;
  receiverClabe?: string;
  address?: `0x${string}`;
  fiatId?: string;
  bankAccountId?: string;
  failure?: string;
};

/** What a withdrawal or a redemption answers at once. No status: the bank accepted it and did not say more. */
export type AcceptedTransaction = { id: string; status?: TransactionStatus };

export type SpeiDeposit = {
  fid: string;
  receiverClabe: string;
  amountCentavos: bigint;
  status: MovementStatus;
  createdAtMs: number;
  senderName?: string;
  senderClabe?: string;
  claveRastreo?: string;
  /** Bitso's word for a payout of ours that came back: REFUND_CREDITED_WITHDRAWAL or FAIL_WITHDRAWAL_COMPENSATION. */
  depositType?: string;
};

/** The words that SPEI deposits and financial movements share. */
export type MovementStatus = "pending" | "complete" | "failed";

/** Money that the bank put back into the account because a redemption or a withdrawal failed. */
export type BankRefund = {
  id: string;
  refundsTransactionId: string;
  amountBaseUnits: bigint;
  status: MovementStatus;
  createdAtMs: number;
};

export type Clabe = { clabe: string; enabled: boolean; createdAtMs?: number };

export type BankAccount = {
  id: string;
  tag: string;
  recipientLegalName: string;
  clabe: string;
  ownership: BankAccountOwnership;
};
type BankAccountOwnership = "COMPANY_OWNED" | "THIRD_PARTY";

/** The whole business account's, not one customer's. A guard before money calls, never evidence. */
export type Balances = { mxnbAvailableBaseUnits: bigint };

export type RegisteredWebhook = { id: string; callbackUrl: string; event: string };
