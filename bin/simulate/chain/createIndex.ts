import type { IndexedHead } from "../../../reactor/store/chainEvents.ts";
import type { MinedBlock, ShownLog } from "./createChain.ts";

/** What stands for Ponder's views: the chain as the index last saw it, which may be behind, or on a fork that is no more. */
export type ChainIndex = Readonly<{
  head(): IndexedHead | null;
  /** The logs of these transactions and escrows, with all other logs of the same transactions. */
  logsOf(txHashes: readonly string[], escrowIds: readonly string[]): readonly ShownLog[];
  /** Every log that was ever shown, in the order of showing; one that was included again is there twice. */
  everShown(): readonly ShownLog[];
  /** Rings one reactor after the other at each new block: each would read the same. */
  onNews(holder: number, listener: (() => void) | null): void;
  /** Follows the chain up to its newest block. */
  follow(chain: readonly MinedBlock[]): void;
}>;

export function createIndex(): ChainIndex {
  const seen: MinedBlock[] = [];
  const shown: ShownLog[] = [];
  const byTransaction = new Map<string, readonly ShownLog[]>();
  const byEscrow = new Map<string, Set<string>>();
  const listeners = new Map<number, () => void>();
  let told = 0;
  return {
    onNews: (holder, listener) => void (listener ? listeners.set(holder, listener) : listeners.delete(holder)),
    head: () => {
      const last = seen.at(-1);
      return last ? { number: last.number, timestampUnixS: last.timestampUnixS } : null;
    },
    logsOf: (txHashes, escrowIds) => {
      const wanted = new Set([...txHashes, ...escrowIds.flatMap((id) => [...(byEscrow.get(id) ?? [])])]);
      return [...wanted].flatMap((hash) => byTransaction.get(hash) ?? []);
    },
    everShown: () => shown,
    follow: (chain) => {
      while (seen.length > 0 && chain[seen.length - 1]?.hash !== seen.at(-1)?.hash) {
        for (const { tx, logs } of seen.pop()?.mined ?? []) {
          byTransaction.delete(tx.hash);
          for (const { escrowId } of logs) if (escrowId !== null) byEscrow.get(escrowId)?.delete(tx.hash);
        }
      }
      for (const block of chain.slice(seen.length)) {
        seen.push(block);
        for (const { tx, logs } of block.mined) {
          if (logs.length === 0) continue;
          byTransaction.set(tx.hash, logs);
          shown.push(...logs);
          for (const { escrowId } of logs) {
            if (escrowId !== null) byEscrow.set(escrowId, (byEscrow.get(escrowId) ?? new Set()).add(tx.hash));
          }
        }
      }
      [...listeners.values()][told++ % Math.max(1, listeners.size)]?.();
    },
  };
}
