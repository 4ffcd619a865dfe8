import type { Hex } from "viem";
import type { TransactionStatus, TransactionType } from "../../../reactor/juno/reply.ts";

/** A transaction of the bank, and what only the bank knows of it. */
export type BankTx = {
  readonly id: string;
  readonly type: TransactionType;
  status: TransactionStatus;
  readonly amountBaseUnits: bigint;
  readonly createdAtMs: number;
  updatedAtMs: number;
  txHash: Hex | null;
  refunded: boolean;
  /** Of an order: the idempotency key under which it was accepted. */
  readonly key: string | null;
  readonly clabe: string | null;
  readonly accountId: string | null;
  readonly address: string | null;
  readonly fid: string | null;
  /** Shown once more as it was before, though it has moved on: a replica that lags. */
  shownBackwards: boolean;
  /** As it is listed, made once per change: the lists are asked for hundreds of times. */
  listed: string | null;
};

export type Spei = Readonly<{ createdAtMs: number /** As it is listed. */; listed: string }>;
export type Refund = Readonly<{ id: string; of: string; amountBaseUnits: bigint; createdAtMs: number }>;
export type Account = Readonly<{ id: string; tag: string; name: string; clabe: string }>;
/** Of one amount: how many came in whole, and how many orders were accepted and did not fail. */
export type Tally = { issued: number; withdrawn: number; redeemed: number };
