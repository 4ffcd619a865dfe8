import { type Hex, isAddressEqual, type PublicClient, parseEventLogs, TransactionReceiptNotFoundError } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { ChainUnavailable } from "./ChainUnavailable.ts";
import type { ChainClient } from "./client.ts";
import { describeFailure } from "./failures.ts";

/** What a log of the token or of the escrow says, wherever it stands. */
export type LogWords = Readonly<{
  kind: string;
  escrowId: string | null;
  from: string | null;
  to: string | null;
  amountBaseUnits: bigint | null;
}>;

/** A log by its transaction, and the block in which it was seen. */
export type WantedLog = LogWords & Readonly<{ txHash: string; blockNumber: bigint; blockHash: string }>;

export type LogReading =
  | Readonly<{ kind: "there"; blockNumber: bigint; blockHash: Hex }>
  /** Its transaction is in a block, and did something else; `logs` says what, for a person. */
  | Readonly<{ kind: "differs"; blockNumber: bigint; blockHash: Hex; logs: readonly string[] }>
  /** No receipt, and another block (`blockHash`) where it was. */
  | Readonly<{ kind: "absent"; blockHash: Hex }>
  /** No receipt, and its block is still there, or the chain is not that high: the endpoint lags, and proves nothing. */
  | Readonly<{ kind: "unknown" }>;

const STRENGTH = ["there", "differs", "absent", "unknown"] as const;

/** What two readings of one log must share: a Transfer's amount (base units) and addresses, another log's escrow. */
export function tellLog({ kind, escrowId, from, to, amountBaseUnits }: LogWords): string {
  return kind === "Transfer" ? `Transfer ${amountBaseUnits} ${from} → ${to}`.toLowerCase() : `${kind} ${escrowId}`;
}

/**
 * Whether the chain has a log of the token or of the escrow, asked of every endpoint: one that has it is right against
 * others that do not.
 *
 * @throws ChainUnavailable when no endpoint answers.
 */
export async function readLog(client: ChainClient, wanted: WantedLog): Promise<LogReading> {
  const answers = await Promise.allSettled(client.endpoints.map((endpoint) => askOne(client, endpoint, wanted)));
  const readings = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const strongest = STRENGTH.flatMap((kind) => readings.filter((reading) => reading.kind === kind))[0];
  if (strongest) return strongest;
  const failures = answers.map((answer) => (answer.status === "rejected" ? describeFailure(answer.reason) : ""));
  throw new ChainUnavailable(`transacción ${wanted.txHash}`, failures.join("; "));
}

async function askOne(client: ChainClient, endpoint: PublicClient, wanted: WantedLog): Promise<LogReading> {
  try {
    const receipt = await endpoint.getTransactionReceipt({ hash: wanted.txHash as Hex });
    const { blockNumber, blockHash } = receipt;
    const logs = tellLogs(client, receipt.logs);
    const isThere = logs.includes(tellLog(wanted));
    return isThere ? { kind: "there", blockNumber, blockHash } : { kind: "differs", blockNumber, blockHash, logs };
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

type ReceiptLogs = Awaited<ReturnType<PublicClient["getTransactionReceipt"]>>["logs"];

function tellLogs({ mxnb, escrow }: ChainClient, logs: ReceiptLogs): readonly string[] {
  const nothing = { escrowId: null, from: null, to: null, amountBaseUnits: null };
  const transfers = parseEventLogs({ abi: mxnbAbi, eventName: "Transfer", logs })
    .filter(({ address }) => isAddressEqual(address, mxnb))
    .map(({ args: { from, to, value } }) =>
      tellLog({ ...nothing, kind: "Transfer", from, to, amountBaseUnits: value }),
    );
  const escrows = parseEventLogs({ abi: kustodiaEscrowAbi, logs })
    .filter(({ address }) => isAddressEqual(address, escrow))
    .flatMap(({ eventName, args }) =>
      "escrowId" in args ? [tellLog({ ...nothing, kind: eventName, escrowId: String(args.escrowId) })] : [],
    );
  return [...transfers, ...escrows];
}
