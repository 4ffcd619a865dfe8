import { type Hex, isAddressEqual, type PublicClient, parseEventLogs, TransactionReceiptNotFoundError } from "viem";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { ChainUnavailable } from "./ChainUnavailable.ts";
import type { ChainClient } from "./client.ts";
import { describeFailure } from "./failures.ts";

/** A Transfer of MXNB by its transaction, and the block in which it was seen. */
export type WantedTransfer = Readonly<{
  txHash: string;
  blockNumber: bigint;
  blockHash: string;
  from: string;
  to: string;
  amountBaseUnits: bigint;
}>;

export type TransferReading =
  | Readonly<{ kind: "there"; blockNumber: bigint; blockHash: Hex }>
  /** Its transaction is in a block, and moved something else; `transfers` says what, for a person. */
  | Readonly<{ kind: "differs"; blockNumber: bigint; blockHash: Hex; transfers: readonly string[] }>
  /** No receipt, and another block (`blockHash`) where it was. */
  | Readonly<{ kind: "absent"; blockHash: Hex }>
  /** No receipt, and its block is still there, or the chain is not that high: the endpoint lags, and proves nothing. */
  | Readonly<{ kind: "unknown" }>;

const STRENGTH = ["there", "differs", "absent", "unknown"] as const;

/**
 * Whether the chain has a Transfer, asked of every endpoint: one that has it is right against others that do not.
 *
 * @throws ChainUnavailable when no endpoint answers.
 */
export async function readTransfer(client: ChainClient, wanted: WantedTransfer): Promise<TransferReading> {
  const answers = await Promise.allSettled(client.endpoints.map((endpoint) => askOne(client, endpoint, wanted)));
  const readings = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const strongest = STRENGTH.flatMap((kind) => readings.filter((reading) => reading.kind === kind))[0];
  if (strongest) return strongest;
  const failures = answers.map((answer) => (answer.status === "rejected" ? describeFailure(answer.reason) : ""));
  throw new ChainUnavailable(`transacción ${wanted.txHash}`, failures.join("; "));
}

async function askOne(client: ChainClient, endpoint: PublicClient, wanted: WantedTransfer): Promise<TransferReading> {
  try {
    const receipt = await endpoint.getTransactionReceipt({ hash: wanted.txHash as Hex });
    const { blockNumber, blockHash, logs } = receipt;
    const transfers = parseEventLogs({ abi: mxnbAbi, eventName: "Transfer", logs })
      .filter(({ address }) => isAddressEqual(address, client.mxnb))
      .map(({ args }) => `${args.value} ${args.from} → ${args.to}`.toLowerCase());
    const { amountBaseUnits, from, to } = wanted;
    const isThere = transfers.includes(`${amountBaseUnits} ${from} → ${to}`.toLowerCase());
    return isThere ? { kind: "there", blockNumber, blockHash } : { kind: "differs", blockNumber, blockHash, transfers };
  } catch (error) {
    if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
  }
  // The raw method answers null above the head; viem's action would make an exception of that ordinary answer.
  const block = await endpoint.request({
    method: "eth_getBlockByNumber",
    params: [`0x${wanted.blockNumber.toString(16)}`, false],
  });
  const hash = block?.hash ?? null;
  return hash === null || hash === wanted.blockHash ? { kind: "unknown" } : { kind: "absent", blockHash: hash };
}
