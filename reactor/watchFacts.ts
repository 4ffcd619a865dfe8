import { blockHashAt } from "./chain/blockHashAt.ts";
import { ChainUnavailable } from "./chain/ChainUnavailable.ts";
import { readTransfer } from "./chain/readTransfer.ts";
import { applyReview } from "./payments/apply.ts";
import { BASE_UNITS_PER_CENTAVO, LARGE_AMOUNT_CENTAVOS, toPesos } from "./payments/money.ts";
import { judge, type Sighting, type Verdict, type WatchedFact } from "./payments/watchedFact.ts";
import type { Reactor } from "./reactor.ts";
import type { NewEvent, StoredEvent } from "./store/appendEvent.ts";
import type { Transaction } from "./store/port.ts";
import type { Watched } from "./store/watchedFacts.ts";

/**
 * Looks after every Transfer that a leg moved on by and that is not settled yet. The index alone proves no absence: its rows
 * vanish and come back at each reorg, restart and exchange of views. What the node does not have either, in two readings, or
 * shows otherwise, is a numbered break, and its leg a person's (DESIGN 3). Call it under the heads' lock.
 */
export async function watchFacts(reactor: Reactor, nowMs: number): Promise<void> {
  const { store } = reactor;
  // Before the index has shown anything its views do not even exist.
  if ((await store.readIndexedHead(reactor.facts.chainId)) === null) return;
  const watched = await store.readWatched();
  const look = await lookerOf(reactor);
  const settled: Watched[] = [];
  try {
    for (const one of watched) {
      const sighting = await look(one);
      const verdict = judge(one.fact, sighting, nowMs);
      if (verdict.kind === "settle" && one.fact.breakNumber === null) settled.push(one);
      else await saveVerdict(reactor, one, verdict, sighting, nowMs);
    }
  } catch (error) {
    // A node that does not answer proves nothing; the next turn asks again.
    if (!(error instanceof ChainUnavailable)) throw error;
  }
  await store.settleWatched(settled.map(({ fact }) => fact));
}

type Look = (one: Watched) => Promise<Sighting>;

/** Looks where it costs least: in the index, with one question to the node per block that is settled; else at the node. */
async function lookerOf({ store, world, facts }: Reactor): Promise<Look> {
  const head = await store.readHead(facts.chainId);
  const hashes = new Map<bigint, string | null>();
  const hashAt = async (height: bigint) => {
    const known = hashes.get(height);
    if (known !== undefined) return known;
    const hash = await blockHashAt(world.chain, height);
    hashes.set(height, hash);
    return hash;
  };
  return async ({ fact, indexed }) => {
    const isLarge = fact.amountBaseUnits > LARGE_AMOUNT_CENTAVOS * BASE_UNITS_PER_CENTAVO;
    const settledHead = (isLarge ? head?.settledLargeNumber : head?.settledNumber) ?? null;
    const isReached = (height: bigint) => settledHead !== null && height <= settledHead;
    if (indexed !== null && isSame(fact, indexed)) {
      const { blockNumber, blockHash } = indexed;
      if (!isReached(blockNumber)) return { kind: "there", blockNumber, blockHash, settled: false };
      if ((await hashAt(blockNumber)) === blockHash) return { kind: "there", blockNumber, blockHash, settled: true };
    }
    const reading = await readTransfer(world.chain, fact);
    if (reading.kind !== "there") return reading;
    const { blockNumber, blockHash } = reading;
    return { ...reading, settled: isReached(blockNumber) && (await hashAt(blockNumber)) === blockHash };
  };
}

const isSame = (fact: WatchedFact, log: { from: string | null; to: string | null; amountBaseUnits: bigint | null }) =>
  log.from === fact.from && log.to === fact.to && log.amountBaseUnits === fact.amountBaseUnits;

async function saveVerdict(
  reactor: Reactor,
  one: Watched,
  verdict: Verdict,
  sighting: Sighting,
  nowMs: number,
): Promise<void> {
  if (verdict.kind === "stays") return;
  const events = await reactor.store.transaction((tx) => {
    if (verdict.kind === "miss") return tx.missWatched(one.fact, nowMs).then(() => []);
    if (verdict.kind === "break") return saveBreak(tx, one, sighting);
    return saveReturn(tx, one, verdict);
  });
  for (const event of events) reactor.console.event(event);
}

/** The break, its event and the review of its leg, together or not at all. */
async function saveBreak(tx: Transaction, one: Watched, sighting: Sighting): Promise<readonly StoredEvent[]> {
  const { fact, key, leg } = one;
  const isReviewed = leg.state === "review";
  // Somebody was first: the next turn looks at the leg as it is then.
  if (!isReviewed && !(await tx.saveLeg(applyReview(leg)))) return [];
  const number = await tx.openBreak({
    kind: "vanished_fact",
    paymentId: leg.paymentId,
    legId: leg.id,
    source: "token_transfer",
    outsideId: key,
    consumed: evidenceOf(fact),
    seen: evidenceOf(sighting),
  });
  const why = `descuadre ${number}: lo que la cadena mostraba ya no está o es otra cosa`;
  const review: NewEvent = { ...eventOf(one, number), type: "en_revision", data: { why, from: leg.state } };
  return tx.appendEvents([eventOf(one, number), ...(isReviewed ? [] : [review])]);
}

/** The Transfer is there again, or for good: its block moves on, and its break, if it had caused one, heals. */
async function saveReturn(
  tx: Transaction,
  one: Watched,
  verdict: Extract<Verdict, { kind: "follow" | "settle" }>,
): Promise<readonly StoredEvent[]> {
  const { blockNumber, blockHash } = verdict;
  await tx.followWatched(one.fact, { blockNumber, blockHash });
  if (verdict.kind === "settle") await tx.settleWatched([one.fact]);
  const number = one.fact.breakNumber;
  if (number === null) return [];
  await tx.healBreak(number, evidenceOf({ kind: "there", blockNumber, blockHash }));
  const { data, ...event } = eventOf(one, number);
  return tx.appendEvents([{ ...event, type: "descuadre_cerrado", data: { ...data, block: String(blockNumber) } }]);
}

function eventOf({ fact, leg }: Watched, number: number): NewEvent {
  const data = { number: String(number), tx_hash: fact.txHash, amount: toPesos(leg.amountCentavos) };
  return { paymentId: leg.paymentId, legId: leg.id, type: "descuadre_abierto", data, actor: "kustodia" };
}

/** JSON has no bigint: every value as text. */
function evidenceOf(seen: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const told = Object.entries(seen).filter(([name]) => EVIDENCE.has(name));
  return Object.fromEntries(
    told.map(([name, value]) => [name, Array.isArray(value) ? value.join("; ") : String(value)]),
  );
}

const EVIDENCE: ReadonlySet<string> = new Set([
  ...["kind", "txHash", "blockNumber", "blockHash", "from", "to", "amountBaseUnits", "transfers"],
]);
