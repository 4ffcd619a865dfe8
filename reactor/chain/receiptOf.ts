import { type Hex, type Log, TransactionReceiptNotFoundError } from "viem";
import type { ChainClient } from "./client.ts";
import { describeFailure } from "./failures.ts";

export type Receipt =
  | Readonly<{
      outcome: "done";
      status: "success" | "reverted";
      blockNumber: bigint;
      blockHash: Hex;
      logs: readonly Log[];
    }>
  /** The endpoint that answered has not mined it. Not evidence that it never will be: it may be pending, or lag. */
  | Readonly<{ outcome: "absent" }>
  | Readonly<{ outcome: "unknown"; message: string }>;

/**
 * What became of a transaction, at the latest head: a reorg can still undo it, so the caller compares the block with the
 * head its decision needs.
 */
export async function receiptOf(client: ChainClient, hash: Hex): Promise<Receipt> {
  try {
    const { status, blockNumber, blockHash, logs } = await client.reads.getTransactionReceipt({ hash });
    return { outcome: "done", status, blockNumber, blockHash, logs };
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return { outcome: "absent" };
    return { outcome: "unknown", message: describeFailure(error) };
  }
}
