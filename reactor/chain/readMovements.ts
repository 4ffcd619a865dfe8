import { type Address, isAddressEqual, type PublicClient, parseEventLogs } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { ChainUnavailable } from "./ChainUnavailable.ts";
import { type ChainClient, type LaneWallets, read } from "./client.ts";

/** A log that moves MXNB to or from a bridge or an escrow of ours, or the escrow's word about one. Addresses in lower case. */
export type ChainMovement = Readonly<{
  txHash: string;
  logIndex: number;
  kind: string;
  /** By which contract an escrow's word was said; null of a Transfer. */
  contract: string | null;
  escrowId: string | null;
  from: string | null;
  to: string | null;
  amountBaseUnits: bigint | null;
  blockNumber: bigint;
  /** Its block's, where the node says it; else reckoned between the ends of the range, for an age in minutes. */
  atMs: number;
}>;

/** A node that refuses so few blocks refuses something else than the size of the question. */
const FEWEST_BLOCKS = 64n;
const SMALLER_BY = 8n;

type Range = Readonly<{ from: bigint; to: bigint }>;

/**
 * Every movement of MXNB of ours in a range of settled blocks, both ends included, asked of the node and not of the index.
 * The range is asked for as a whole, and in smaller parts where the node refuses so much at once.
 * @throws ChainUnavailable when the node answers not even a small part.
 */
export async function readMovements(
  client: ChainClient,
  wallets: readonly LaneWallets[],
  range: Range,
): Promise<readonly ChainMovement[]> {
  if (range.from > range.to) return [];
  const [first, last] = await read(client, `blocks ${range.from} and ${range.to}`, (rpc) =>
    Promise.all([rpc.getBlock({ blockNumber: range.from }), rpc.getBlock({ blockNumber: range.to })]),
  );
  const msAt = (height: bigint) => {
    const blocks = Number(range.to - range.from);
    const share = blocks === 0 ? 0 : Number(height - range.from) / blocks;
    return Math.round((Number(first.timestamp) + share * Number(last.timestamp - first.timestamp)) * 1_000);
  };
  const parts: (readonly ChainMovement[])[] = [];
  let size = range.to - range.from + 1n;
  for (let from = range.from; from <= range.to; ) {
    const to = from + size - 1n < range.to ? from + size - 1n : range.to;
    try {
      parts.push(await readPart(client, wallets, { from, to }, msAt));
      from = to + 1n;
    } catch (error) {
      if (!(error instanceof ChainUnavailable) || size <= FEWEST_BLOCKS) throw error;
      size /= SMALLER_BY;
    }
  }
  return parts.flat();
}

async function readPart(
  client: ChainClient,
  wallets: readonly LaneWallets[],
  { from, to }: Range,
  msAt: (height: bigint) => number,
): Promise<readonly ChainMovement[]> {
  const escrows = wallets.map(({ escrow }) => escrow);
  const ours: Address[] = [...wallets.map(({ bridge }) => bridge), ...escrows];
  const range = { fromBlock: from, toBlock: to } as const;
  const transfer = { address: client.mxnb, event: TRANSFER, ...range } as const;
  const parts = await read(client, `logs of blocks ${from} to ${to}`, (rpc) =>
    Promise.all([
      rpc.getLogs({ address: escrows, ...range }),
      rpc.getLogs({ ...transfer, args: { from: ours } }),
      rpc.getLogs({ ...transfer, args: { to: ours } }),
    ]),
  );
  const [words, sent, received] = parts;
  // What goes from one of our addresses to the other comes twice.
  const isNew = ({ args }: (typeof received)[number]) =>
    !ours.some((one) => args.from !== undefined && isAddressEqual(one, args.from));
  const transfers = [...sent, ...received.filter(isNew)].map((log) => ({
    ...placeOf(log, msAt),
    kind: "Transfer",
    contract: null,
    escrowId: null,
    from: log.args.from?.toLowerCase() ?? null,
    to: log.args.to?.toLowerCase() ?? null,
    amountBaseUnits: log.args.value ?? null,
  }));
  return [...transfers, ...wordsOf(words, msAt)];
}

type Logs = Awaited<ReturnType<PublicClient["getLogs"]>>;

const TRANSFER = mxnbAbi.find((item) => item.type === "event" && item.name === "Transfer") as Extract<
  (typeof mxnbAbi)[number],
  { type: "event"; name: "Transfer" }
>;

function wordsOf(logs: Logs, msAt: (height: bigint) => number): readonly ChainMovement[] {
  return parseEventLogs({ abi: kustodiaEscrowAbi, logs: [...logs] }).flatMap((log): readonly ChainMovement[] => {
    const { eventName, args } = log;
    const bare = {
      ...placeOf(log, msAt),
      kind: eventName,
      contract: log.address.toLowerCase(),
      escrowId: null,
      from: null,
      to: null,
      amountBaseUnits: null,
    };
    if (eventName === "TokensRescued") return [{ ...bare, to: args.to.toLowerCase(), amountBaseUnits: args.amount }];
    return "escrowId" in args ? [{ ...bare, escrowId: String(args.escrowId) }] : [];
  });
}

function placeOf(
  log: Pick<Logs[number], "transactionHash" | "logIndex" | "blockNumber">,
  msAt: (height: bigint) => number,
): Pick<ChainMovement, "txHash" | "logIndex" | "blockNumber" | "atMs"> {
  const { transactionHash, logIndex, blockNumber } = log;
  if (transactionHash === null || logIndex === null || blockNumber === null) {
    throw new Error("A log of a settled block has no place.");
  }
  return { txHash: transactionHash.toLowerCase(), logIndex, blockNumber, atMs: msAt(blockNumber) };
}
