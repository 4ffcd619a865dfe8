import { blockHashAt } from "./chain/blockHashAt.ts";
import { readHeads } from "./chain/heads.ts";
import type { Reactor } from "./reactor.ts";
import { stopOutgoing } from "./stopOutgoing.ts";
import type { Intake } from "./store/takeChainEvents.ts";

/** Blocks behind the index that are looked over again now and then: a log that was re-included, or a row that came late. */
const WINDOW_BLOCKS = 1_000n;
const WINDOW_EVERY_MS = 60_000;
/** Blocks behind the look before that each look begins: a reorg of the common depth is seen at once. */
const OVERLAP_BLOCKS = 4n;
const NOTHING: Intake = { taken: 0, woken: 0 };

/**
 * Takes new logs from the index into the inbox and wakes their legs, at each call from where the one before ended. No log is
 * lost by that: each minute the last 1,000 blocks are gone over, and a leg that nothing woke looks by itself.
 */
export function followIndex(reactor: Reactor): () => Promise<Intake> {
  const { store, facts } = reactor;
  let lookedTo: bigint | null = null;
  let wholeWindowAtMs = Number.NEGATIVE_INFINITY;
  const lookFrom = async (block: bigint) => {
    // Beside each other: how far the index has come is asked first, so that what is shown goes at least so far.
    const from = block < 0n ? 0n : block;
    return Promise.all([store.readIndexedHead(facts), store.takeChainEvents(facts, from)]);
  };
  return async () => {
    const nowMs = reactor.monotonicMs();
    const isWhole = lookedTo === null || nowMs >= wholeWindowAtMs;
    const behind = isWhole ? WINDOW_BLOCKS : OVERLAP_BLOCKS;
    // Before the index has shown anything its views do not exist.
    const last = lookedTo ?? (await store.readIndexedHead(facts))?.number;
    if (last === undefined) return NOTHING;
    const [indexed, intake] = await lookFrom(last - behind);
    if (isWhole) wholeWindowAtMs = nowMs + WINDOW_EVERY_MS;
    lookedTo = indexed?.number ?? null;
    if (lookedTo === null || lookedTo >= last) return intake;
    // A reorg, or an index that begins anew: it ends below where this look began.
    const [, again] = await lookFrom(lookedTo - behind);
    return { taken: intake.taken + again.taken, woken: intake.woken + again.woken };
  };
}

/** Goes over all that was ever indexed. */
export async function takeWholeIndex({ store, facts }: Reactor): Promise<Intake> {
  const indexed = await store.readIndexedHead(facts);
  return indexed === null ? NOTHING : store.takeChainEvents(facts, 0n);
}

/**
 * Reads the chain's latest and settled heads and stores them. What was settled must stay so: another hash at a settled
 * height stops all outgoing money (DESIGN 3).
 * @returns false when the chain told no heads; facts then grow stale by themselves.
 */
export async function refreshHeads(reactor: Reactor, nowMs: number): Promise<boolean> {
  const { store, world, headPolicy, facts } = reactor;
  const heads = await readHeads(world.chain, headPolicy.settled);
  if (heads.outcome === "unknown") return false;
  const large =
    headPolicy.settledLarge === headPolicy.settled ? heads : await readHeads(world.chain, headPolicy.settledLarge);
  await refuseUndoneHistory(reactor);
  const settled = heads.outcome === "done" ? heads.settled : null;
  await store.saveHeads({
    chainId: facts.chainId,
    latestNumber: heads.latest.number,
    settled,
    settledLargeNumber: large.outcome === "done" ? (large.settled?.number ?? null) : null,
    complaint: "message" in heads ? heads.message : null,
    readAtMs: nowMs,
  });
  return true;
}

async function refuseUndoneHistory(reactor: Reactor): Promise<void> {
  const { store, world, facts } = reactor;
  const known = await store.readHead(facts.chainId);
  if (known?.settledNumber == null || known.settledHash == null) return;
  const hash = await blockHashAt(world.chain, known.settledNumber);
  // Absence proves nothing here: a node that is behind has not got the block yet.
  if (hash === null || hash === known.settledHash) return;
  const { settledNumber, settledHash } = known;
  await stopOutgoing(
    reactor,
    `el bloque ${settledNumber} era definitivo con el hash ${settledHash} y ahora tiene ${hash}`,
  );
}
