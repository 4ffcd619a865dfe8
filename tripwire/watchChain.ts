import { type Address, getAbiItem, type Hash, type PublicClient } from "viem";
import { mxnbAbi } from "../abis/mxnb.ts";
import type { Source } from "./finding.ts";
import { judgeChain, type LaneWallets, type Transfer } from "./judgeChain.ts";

/** Read again each time: a reorg moves a transfer to another block, or takes it away. */
const OVERLAP_BLOCKS = 64;
/** The least that hosted RPCs allow for one eth_getLogs with a filter by address. */
const BLOCKS_PER_READING = 10_000;

/** Looks at the token's own logs of our addresses: the whole lookback at first, then what is new. */
export function watchChain(
  chain: PublicClient,
  options: Readonly<{ token: Address; ours: readonly LaneWallets[]; startBlock: number; lookbackBlocks: number }>,
): Source {
  const { token, ours, startBlock, lookbackBlocks } = options;
  let seen: readonly Transfer[] = [];
  let nextBlock = startBlock;

  const look = async () => {
    const latest = Number(await chain.getBlockNumber({ cacheTime: 0 }));
    const oldest = Math.max(startBlock, latest - lookbackBlocks);
    const from = Math.max(oldest, nextBlock - OVERLAP_BLOCKS);
    const read: Transfer[] = [];
    for (let block = from; block <= latest; block += BLOCKS_PER_READING) {
      read.push(...(await transfersBetween(block, Math.min(latest, block + BLOCKS_PER_READING - 1))));
    }
    seen = [...seen.filter(({ blockNumber }) => blockNumber >= oldest && blockNumber < from), ...read];
    nextBlock = latest + 1;
    // From its first block on, the history is whole.
    return judgeChain(seen, ours, oldest === startBlock ? startBlock : latest - lookbackBlocks / 2);
  };

  const transfersBetween = async (from: number, to: number): Promise<readonly Transfer[]> => {
    const event = getAbiItem({ abi: mxnbAbi, name: "Transfer" });
    const range = { address: token, event, fromBlock: BigInt(from), toBlock: BigInt(to), strict: true } as const;
    const bridges = ours.map(({ bridge }) => bridge as Address);
    const senders = [...bridges, ...ours.map(({ escrow }) => escrow as Address)];
    const [sent, received] = await Promise.all([
      chain.getLogs({ ...range, args: { from: senders } }),
      chain.getLogs({ ...range, args: { to: bridges } }),
    ]);
    // What went from one of ours to a bridge is in both answers.
    const isOurs = (sender: string) => senders.some((one) => one === sender.toLowerCase());
    const logs = [...sent, ...received.filter(({ args }) => !isOurs(args.from))];
    const ordinals = new Map<Hash, number>();
    return logs
      .toSorted((one, other) => Number(one.blockNumber - other.blockNumber) || one.logIndex - other.logIndex)
      .map(({ transactionHash: hash, blockNumber, args }) => {
        // Not the log's index, which changes when its transaction is included again elsewhere.
        const ordinal = ordinals.get(hash) ?? 0;
        ordinals.set(hash, ordinal + 1);
        return {
          id: `${hash}:${ordinal}`,
          hash,
          from: args.from.toLowerCase(),
          to: args.to.toLowerCase(),
          amountBaseUnits: args.value,
          blockNumber: Number(blockNumber),
        };
      });
  };

  return { name: "la cadena", look };
}
