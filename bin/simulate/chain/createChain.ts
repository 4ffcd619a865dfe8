import { createHash } from "node:crypto";
import { type Hex, keccak256, parseTransaction } from "viem";
import type { Chance } from "../chance.ts";
import type { Clock } from "../clock.ts";
import { addresses, CHAIN_ID } from "./addresses.ts";
import { type Called, readCall } from "./calls.ts";
import { type BareLog, openLedger } from "./ledger.ts";

export const BLOCK_MS = 2_000;
const RESTING_BLOCK_MS = 1_800_000;
const RESTING_LOOK_MS = 10_000;
/** Empty blocks above the last transaction, after which neither the bank nor any leg waits for another. */
const STILL_BLOCKS = 12;
/** Blocks under the head: no reorg of this world reaches the first. */
export const SAFE_DEPTH = 5;
export const FINALIZED_DEPTH = 10;
/** One more than the soft head's depth, so that facts already acted on vanish now and then, and below SAFE_DEPTH. */
const DEEPEST_REORG = 4;
const SMALLEST_BUMP_PERCENT = 110n;

export type ShownLog = BareLog & Readonly<{ key: string; txHash: Hex; blockNumber: bigint; blockHash: Hex }>;

/** A transaction of the bridge (with a nonce), or of somebody else. */
export type Tx = Readonly<{
  hash: Hex;
  nonce: number | null;
  maxFeePerGas: bigint;
  readyAtMs: number;
  run: Readonly<{ call: Called }> | Readonly<{ from: string; to: string; amountBaseUnits: bigint }>;
}>;

export type MinedTx = Readonly<{ tx: Tx; ok: boolean; logs: readonly ShownLog[] }>;
export type MinedBlock = Readonly<{
  number: bigint;
  hash: Hex;
  timestampUnixS: number;
  mined: readonly MinedTx[];
  undo: readonly (() => void)[];
  /** The bridge wallet's next nonce after this block. */
  nonce: number;
}>;

export type Sent = "accepted" | "already known" | "nonce too low" | "replacement transaction underpriced";
export type Chain = ReturnType<typeof createChain>;

/** A chain in this process: blocks by the clock, a pool, reorgs of bounded depth, transactions that are lost or stuck. */
export function createChain(clock: Clock, chance: Chance, faults: number, onFault: () => void) {
  const ledger = openLedger(addresses);
  const pool = new Map<Hex, Tx>();
  const receipts = new Map<Hex, { block: MinedBlock; ok: boolean; logs: readonly ShownLog[] }>();
  const blocks: MinedBlock[] = [];
  const listeners: (() => void)[] = [];
  const createdIn = new Map<string, bigint>();
  let forks = 0;
  let sends = 0;
  let returned = 0n;

  const nonce = () => blocks.at(-1)?.nonce ?? 0;
  const isStill = () => pool.size === 0 && blocks.slice(-STILL_BLOCKS).every(({ mined }) => mined.length === 0);

  const mine = (number: bigint) => {
    const undo: (() => void)[] = [];
    const hash = hashOf(`block:${number}:${forks}:${blocks.at(-1)?.hash ?? "genesis"}`);
    const mined: MinedTx[] = [];
    let next = nonce();
    const include = (tx: Tx) => {
      pool.delete(tx.hash);
      const run = tx.run;
      const done = "call" in run ? ledger.execute(run.call) : ledger.pay(run.from, run.to, run.amountBaseUnits);
      undo.push(...done.undo);
      const logs = done.ok ? place(done.logs, tx.hash, number, hash) : [];
      mined.push({ tx, ok: done.ok, logs });
      for (const { kind, escrowId } of logs) if (kind === "EscrowCreated" && escrowId) createdIn.set(escrowId, number);
      for (const log of logs) {
        if (log.to !== addresses.junoWallet || log.amountBaseUnits === null) continue;
        const amountBaseUnits = log.amountBaseUnits;
        returned += amountBaseUnits;
        undo.push(() => {
          returned -= amountBaseUnits;
        });
      }
    };
    const ready = [...pool.values()].filter((tx) => tx.readyAtMs <= clock.nowMs());
    for (const tx of ready) if (tx.nonce === null) include(tx);
    for (;;) {
      const [best] = ready
        .filter((tx) => tx.nonce === next && pool.has(tx.hash))
        .sort((a, b) => Number(b.maxFeePerGas - a.maxFeePerGas));
      if (best === undefined) break;
      include(best);
      next++;
    }
    // What a mined nonce leaves behind can never be mined: nodes let it go.
    for (const tx of ready) if (tx.nonce !== null && tx.nonce < next) pool.delete(tx.hash);
    const block = { number, hash, timestampUnixS: Math.floor(clock.nowMs() / 1_000), mined, undo, nonce: next };
    blocks.push(block);
    for (const { tx, ok, logs } of mined) receipts.set(tx.hash, { block, ok, logs });
  };

  const reorganise = (depth: number) => {
    forks++;
    for (let undone = 0; undone < depth && blocks.length > SAFE_DEPTH; undone++) {
      const block = blocks.pop();
      for (const one of [...(block?.undo ?? [])].reverse()) one();
      for (const { tx } of block?.mined ?? []) {
        receipts.delete(tx.hash);
        // A node may forget what a reorg gave back; of others' transactions their senders take care.
        const forgotten = tx.nonce !== null && chance.hits(0.1, "forgotten", tx.hash, forks);
        if (!forgotten) pool.set(tx.hash, tx);
      }
    }
  };

  return {
    ledger,
    blocks,
    pool,
    nonce,
    /** Whether an escrow stands in a block that no reorg of this world reaches. */
    isSettled: (escrowId: string) => (createdIn.get(escrowId) ?? 0n) < BigInt(blocks.length - SAFE_DEPTH),
    receiptOf: (hash: Hex) => receipts.get(hash) ?? null,
    /** All that the bridge ever sent back to the bank, on the chain as it is now. */
    returnedBaseUnits: () => returned,
    onBlock: (listener: () => void) => listeners.push(listener),

    /** Takes signed bytes into the pool, as a node does. */
    send: (raw: Hex): Sent => {
      const hash = keccak256(raw);
      if (pool.has(hash) || receipts.has(hash)) return "already known";
      const { nonce: asked = 0, maxFeePerGas = 0n, data = "0x" } = parseTransaction(raw);
      if (asked < nonce()) return "nonce too low";
      const rival = [...pool.values()].find((tx) => tx.nonce === asked);
      if (rival && maxFeePerGas * 100n < rival.maxFeePerGas * SMALLEST_BUMP_PERCENT) {
        return "replacement transaction underpriced";
      }
      sends++;
      const lost = chance.hits(faults / 5, "lost", hash, sends);
      const stuck = chance.hits(faults / 50, "stuck", hash);
      if (lost || stuck) onFault();
      if (lost) return "accepted";
      if (rival) pool.delete(rival.hash);
      const readyAtMs = clock.nowMs() + (stuck ? chance.between(95, 130, "stuck for", hash) * 1_000 : 0);
      pool.set(hash, { hash, nonce: asked, maxFeePerGas, readyAtMs, run: { call: readCall(data) } });
      return "accepted";
    },

    /** Somebody else's transfer, which no reorg loses. @returns its hash. */
    pay: (name: string, from: string, to: string, amountBaseUnits: bigint): Hex => {
      const hash = hashOf(`pay:${name}`);
      pool.set(hash, {
        ...{ hash, nonce: null, maxFeePerGas: 0n, readyAtMs: clock.nowMs() },
        run: { from, to, amountBaseUnits },
      });
      return hash;
    },

    /** Makes blocks until `isOver`; rarely while no leg is at work (`rests`) and nothing is on its way. */
    live: async (isOver: () => boolean, rests: () => boolean): Promise<void> => {
      while (!isOver()) {
        const height = BigInt(blocks.length);
        if (chance.hits(faults / 4, "reorg", Number(height), forks)) {
          onFault();
          reorganise(chance.between(1, DEEPEST_REORG, "depth", Number(height), forks));
        }
        for (let number = BigInt(blocks.length); number <= height; number++) mine(number);
        for (const listener of listeners) listener();
        await clock.sleep(BLOCK_MS);
        for (let restedMs = 0; isStill() && rests() && restedMs < RESTING_BLOCK_MS; restedMs += RESTING_LOOK_MS) {
          await clock.sleep(RESTING_LOOK_MS);
        }
      }
    },
  };
}

export function hashOf(text: string): Hex {
  return `0x${createHash("sha256").update(text).digest("hex")}`;
}

/** Gives logs their place, and the key by which they are known even after they are included again elsewhere. */
function place(logs: readonly BareLog[], txHash: Hex, blockNumber: bigint, blockHash: Hex): readonly ShownLog[] {
  const ordinals = new Map<string, number>();
  return logs.map((log) => {
    const ordinal = (ordinals.get(log.kind) ?? 0) + 1;
    ordinals.set(log.kind, ordinal);
    const key = `${CHAIN_ID}:${log.contract}:${txHash}:${log.kind}:${ordinal}`;
    return { ...log, key, txHash, blockNumber, blockHash };
  });
}
