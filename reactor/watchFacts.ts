import { blockHashAt } from "./chain/blockHashAt.ts";
import { ChainUnavailable } from "./chain/ChainUnavailable.ts";
import { readLog, tellLog } from "./chain/readLog.ts";
import { applyReview } from "./payments/apply.ts";
import { LARGE_AMOUNT_CENTAVOS, toPesos } from "./payments/money.ts";
import { judge, mayAskNode, type Sighting, type Verdict, type WatchedFact } from "./payments/watchedFact.ts";
import type { Reactor } from "./reactor.ts";
import type { NewEvent, StoredEvent } from "./store/appendEvent.ts";
import type { Transaction } from "./store/port.ts";
import type { Watched } from "./store/watchedFacts.ts";

/** Questions to the node in one turn, each a call or two: an index that shows nothing must not make thousands of them. */
const MOST_ASKED = 100;

/**
 * Looks after every log that a leg moved on by and that is not settled yet. The index alone proves no absence: its rows
 * vanish and come back at each reorg, restart and exchange of views. What the node does not have either, in two readings, or
 * shows otherwise, is a numbered break, and its leg a person's (DESIGN 3). Call it under the heads' lock.
 */
export async function watchFacts(reactor: Reactor, nowMs: number): Promise<void> {
  const { store } = reactor;
  // Before the index has shown anything its views do not even exist.
  if ((await store.readIndexedHead(reactor.facts)) === null) return;
  const watched = await store.readWatched(reactor.facts);
  const { inIndex, atNode } = await lookerOf(reactor);
  const settled: Watched[] = [];
  const asked: WatchedFact[] = [];
  try {
    for (const one of watched) {
      let sighting = await inIndex(one);
      if (sighting === null) {
        if (asked.length === MOST_ASKED || !mayAskNode(one.fact, nowMs)) continue;
        asked.push(one.fact);
        sighting = await atNode(one);
      }
      const verdict = judge(one.fact, sighting, nowMs);
      if (verdict.kind === "settle" && one.fact.openBreak === null) settled.push(one);
      else await saveVerdict(reactor, one, verdict, sighting, nowMs);
    }
  } catch (error) {
    // A node that does not answer proves nothing; the next turn asks again.
    if (!(error instanceof ChainUnavailable)) throw error;
  }
  await store.askWatched(asked, nowMs);
  await store.settleWatched(settled.map(({ fact }) => fact));
}

type Looker = Readonly<{
  /** Costs one question to the node per block that is settled. Null: the index does not show it, or not as the chain does. */
  inIndex(one: Watched): Promise<Sighting | null>;
  atNode(one: Watched): Promise<Sighting>;
}>;

async function lookerOf({ store, world, facts }: Reactor): Promise<Looker> {
  const head = await store.readHead(facts.chainId);
  const hashes = new Map<bigint, string | null>();
  const hashAt = async (height: bigint) => {
    const known = hashes.get(height);
    if (known !== undefined) return known;
    const hash = await blockHashAt(world.chain, height);
    hashes.set(height, hash);
    return hash;
  };
  const isReached = ({ leg }: Watched, height: bigint) => {
    const isLarge = leg.amountCentavos > LARGE_AMOUNT_CENTAVOS;
    const settledHead = (isLarge ? head?.settledLargeNumber : head?.settledNumber) ?? null;
    return settledHead !== null && height <= settledHead;
  };
  return {
    inIndex: async (one) => {
      const { fact, indexed } = one;
      if (indexed === null || tellLog(fact) !== tellLog(indexed)) return null;
      const { blockNumber, blockHash } = indexed;
      if (!isReached(one, blockNumber)) return { kind: "there", blockNumber, blockHash, settled: false };
      const isSettled = (await hashAt(blockNumber)) === blockHash;
      return isSettled ? { kind: "there", blockNumber, blockHash, settled: true } : null;
    },
    atNode: async (one) => {
      const reading = await readLog(world.chain, one.fact);
      if (reading.kind !== "there") return reading;
      const { blockNumber, blockHash } = reading;
      return { ...reading, settled: isReached(one, blockNumber) && (await hashAt(blockNumber)) === blockHash };
    },
  };
}

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
    if (verdict.kind === "break") return saveBreak(tx, reactor.facts.account, one, sighting);
    return saveReturn(tx, one, verdict);
  });
  for (const event of events) reactor.console.event(event);
}

/** The break, its event and the review of its leg, together or not at all. */
async function saveBreak(
  tx: Transaction,
  account: string,
  one: Watched,
  sighting: Sighting,
): Promise<readonly StoredEvent[]> {
  const { fact, source, key, leg } = one;
  const isReviewed = leg.state === "review";
  // Somebody was first: the next turn looks at the leg as it is then.
  if (!isReviewed && !(await tx.saveLeg(applyReview(leg)))) return [];
  const number = await tx.openBreak({
    account,
    kind: "vanished_fact",
    paymentId: leg.paymentId,
    legId: leg.id,
    source,
    outsideId: key,
    consumed: evidenceOf(fact),
    seen: evidenceOf(sighting),
  });
  const why = `descuadre ${number}: lo que la cadena mostraba ya no está o es otra cosa`;
  const review: NewEvent = { ...eventOf(one, number), type: "en_revision", data: { why, from: leg.state } };
  return tx.appendEvents([eventOf(one, number), ...(isReviewed ? [] : [review])]);
}

/** The log is there again, or for good: its block moves on, and its break, if it had caused one, heals. */
async function saveReturn(
  tx: Transaction,
  one: Watched,
  verdict: Extract<Verdict, { kind: "follow" | "settle" }>,
): Promise<readonly StoredEvent[]> {
  const { blockNumber, blockHash } = verdict;
  await tx.followWatched(one.fact, { blockNumber, blockHash });
  if (verdict.kind === "settle") await tx.settleWatched([one.fact]);
  const number = one.fact.openBreak?.number;
  if (number === undefined) return [];
  await tx.healBreak(number, evidenceOf({ kind: "there", blockNumber, blockHash }));
  const { data, ...event } = eventOf(one, number);
  return tx.appendEvents([{ ...event, type: "descuadre_cerrado", data: { ...data, block: String(blockNumber) } }]);
}

function eventOf({ fact, leg }: Watched, number: number): NewEvent {
  const data = { number: String(number), tx_hash: fact.txHash, amount: toPesos(leg.amountCentavos) };
  return { paymentId: leg.paymentId, legId: leg.id, type: "descuadre_abierto", data, actor: "kustodia" };
}

/** JSON has no bigint: every value that there is, as text. */
function evidenceOf(seen: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const told = Object.entries(seen).filter(([name, value]) => EVIDENCE.has(name) && value !== null);
  return Object.fromEntries(
    told.map(([name, value]) => [name, Array.isArray(value) ? value.join("; ") : String(value)]),
  );
}

const EVIDENCE: ReadonlySet<string> = new Set([
  ...["kind", "txHash", "blockNumber", "blockHash", "escrowId", "from", "to", "amountBaseUnits", "logs"],
]);
