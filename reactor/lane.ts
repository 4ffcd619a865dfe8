import pLimit from "p-limit";
import type { Hex } from "viem";
import { type BroadcastRefusal, broadcast } from "./chain/broadcast.ts";
import { encodeApprove } from "./chain/calls.ts";
import { bumpFees } from "./chain/fees.ts";
import { readNonceAt } from "./chain/readNonceAt.ts";
import { readTokenState } from "./chain/readTokenState.ts";
import { receiptOf } from "./chain/receiptOf.ts";
import { simulate } from "./chain/simulate.ts";
import { BASE_UNITS_PER_CENTAVO } from "./payments/money.ts";
import type { Reactor } from "./reactor.ts";
import { shareAnswer } from "./shareAnswer.ts";
import { stopOutgoing } from "./stopOutgoing.ts";
import type { ChainTransactionRow } from "./store/chainTransactions.ts";

/** The same bytes are sent again after this long without a receipt: nodes forget. */
const REPEAT_AFTER_MS = 15_000;
/** A price that found no block for this long is raised, on the same nonce and the same call. */
const BUMP_AFTER_MS = 90_000;
const BUMP_PERCENT = 15;

/**
 * Moves the lane on: signs what has a nonce, sends what is signed in strict nonce order, stopping at the first that the
 * node does not accept, and closes what has a receipt. Call it under the lane's lock. Everything it does may be repeated:
 * the bytes of a nonce and a price are always the same. What is known of all of it is stored at once: a reactor that dies
 * before knows no less than one that died before its last answer.
 */
export async function moveLane(reactor: Reactor): Promise<void> {
  const { store, signer } = reactor;
  const [nowMs, stored, head] = await Promise.all([
    store.databaseNowMs(),
    store.openTransactions(signer.address),
    store.readHead(reactor.facts.chainId),
  ]);
  const settledHead = head?.settledNumber ?? null;
  const holder = reactor.identity.holder();
  const mayLeave = shareAnswer(reactor, async () => {
    const [isKilled] = await Promise.all([store.isKilled(reactor.facts), reactor.identity.assertAlive(holder)]);
    return !isKilled;
  });
  // What is signed now leaves within the moment that an answer stands for: it is asked while the bytes are stored, and its failure
  // is told where it is asked for.
  if (stored.some((row) => !isSigned(row))) mayLeave().catch(() => undefined);
  const open = await signAll(reactor, stored);
  const learnt: Learnt = { sent: [], included: [], mined: [] };
  const limit = pLimit(reactor.limits.chainCalls);
  // All at once, since what leaves for the first time waits for the receipt of none that left before it.
  const nonces = pricesByNonce(open).map((prices) => {
    const isClosed = limit(() => closeMined(reactor, prices.filter(hasLeft), settledHead, learnt));
    // Thrown at the end, once what was learnt is stored.
    isClosed.catch(() => undefined);
    return { prices, isClosed };
  });
  try {
    await sendInOrder(reactor, nonces, { open, nowMs, settledHead, mayLeave }, learnt);
  } finally {
    await Promise.allSettled(nonces.map(({ isClosed }) => isClosed));
    await saveLearnt(reactor, learnt);
  }
  await Promise.all(nonces.map(({ isClosed }) => isClosed));
}

/** One place in the order: our transactions at it, the cheapest first, and whether one of those that have left has a receipt. */
type Nonce = Readonly<{ prices: readonly ChainTransactionRow[]; isClosed: Promise<boolean> }>;

/** What a turn has learnt of transactions and not stored yet. */
type Learnt = Readonly<{
  sent: ChainTransactionRow[];
  included: { id: number; block: bigint }[];
  mined: { row: ChainTransactionRow; status: "mined" | "reverted" }[];
}>;

async function saveLearnt({ store, passing }: Reactor, learnt: Learnt): Promise<void> {
  const [sent, included, mined] = [learnt.sent.splice(0), learnt.included.splice(0), learnt.mined.splice(0)];
  if (included.length > 0) await store.saveIncluded(included);
  if (mined.length > 0) await store.saveReceipts(mined);
  if (sent.length === 0) return;
  await store.saveSent(sent.map(({ id }) => id));
  for (const { action, legId } of sent) await passing("after_commit", action, legId);
}

type Moment = Readonly<{
  open: readonly ChainTransactionRow[];
  nowMs: number;
  settledHead: bigint | null;
  /** Whether the kill switch is off and this reactor's session alive. */
  mayLeave: () => Promise<boolean>;
}>;

async function sendInOrder(
  reactor: Reactor,
  nonces: readonly Nonce[],
  { open, nowMs, settledHead, mayLeave }: Moment,
  learnt: Learnt,
): Promise<void> {
  const { store, world } = reactor;
  for (const { prices, isClosed } of nonces) {
    const dearest = prices.at(-1);
    if (dearest === undefined) continue;
    if (dearest.state === "sent" && nowMs - (dearest.sentAtMs ?? 0) < REPEAT_AFTER_MS) continue;
    // Any of a nonce's prices may be the one that is mined; only the dearest is sent again, since it replaces the others.
    if (await isClosed) continue;
    // Checked before each send, not once: the switch stops what has not left yet (DESIGN 5).
    if (!(await mayLeave())) return;
    const answer = broadcast(world.chain, dearest.raw as Hex);
    await reactor.passing("before_reply", dearest.action, dearest.legId);
    const sent = await answer;
    const { legId, action, hash, nonce } = dearest;
    reactor.console.order({ paymentId: null, legId, effectId: hash ?? "", action, outcome: sent.outcome });
    await reactor.passing("after_reply", dearest.action, dearest.legId);
    if (sent.outcome === "done") {
      learnt.sent.push(dearest);
    } else if (sent.outcome === "refused" && sent.reason === "nonce_too_low") {
      // A reactor that died before it stored that its bytes had left: they are mined, though no row says they were sent.
      if (await closeMined(reactor, prices, settledHead, learnt)) continue;
      await saveLearnt(reactor, learnt);
      await suspectForeignNonce(reactor, open, dearest, settledHead);
      return;
    } else {
      if (sent.outcome === "unknown") {
        const { reason, message } = sent;
        await store.noteSilence(dearest, { reason, evidence: { nonce, hash, message } });
      }
      reactor.console.say(`⛓️  La cadena no aceptó el nonce ${nonce} (${dearest.action}): ${sent.message}`);
      if (sent.outcome === "refused" && TOO_CHEAP.has(sent.reason)) await bump(reactor, dearest);
      return;
    }
    if (nowMs - dearest.createdAtMs > BUMP_AFTER_MS) await bump(reactor, dearest);
  }
}

/** In the order of the nonces, each with its prices, the cheapest first. */
function pricesByNonce(open: readonly ChainTransactionRow[]): readonly (readonly ChainTransactionRow[])[] {
  const byNonce = new Map<number, ChainTransactionRow[]>();
  for (const row of open) byNonce.set(row.nonce, [...(byNonce.get(row.nonce) ?? []), row]);
  return [...byNonce.values()];
}

/** A node that refuses a price has nothing to mine: no time makes that price good, only a better one does. */
const TOO_CHEAP: ReadonlySet<string> = new Set<BroadcastRefusal>(["underpriced", "replacement_underpriced"]);

/** As far as its row knows. Before its first sending nobody is asked for a receipt. */
const hasLeft = ({ state }: ChainTransactionRow) => state === "sent" || state === "included";

const isSigned = ({ raw, hash }: ChainTransactionRow) => raw !== null && hash !== null;

/** Signs what is not signed yet and stores the bytes: only then may they leave. */
async function signAll(
  reactor: Reactor,
  open: readonly ChainTransactionRow[],
): Promise<readonly ChainTransactionRow[]> {
  const rows: ChainTransactionRow[] = [];
  for (const row of open) rows.push(isSigned(row) ? row : await sign(reactor, row));
  const fresh = rows.filter((row, nth) => row !== open[nth]);
  if (fresh.length > 0) await reactor.store.saveSignatures(fresh);
  return rows;
}

async function sign({ signer, facts }: Reactor, row: ChainTransactionRow): Promise<ChainTransactionRow> {
  const { nonce, gas, maxFeePerGas, maxPriorityFeePerGas } = row;
  const [to, data] = [row.to as Hex, row.data as Hex];
  const { chainId } = facts;
  const signed = await signer.sign({ chainId, nonce, gas, maxFeePerGas, maxPriorityFeePerGas, to, data });
  return { ...row, ...signed, state: "signed" };
}

/**
 * Looks for a receipt of one of a nonce's prices, and closes the nonce once its block is settled: before that a reorg may
 * still undo it, and then the same bytes go out again.
 * @returns whether there is a receipt, so that nothing need be sent.
 */
async function closeMined(
  reactor: Reactor,
  prices: readonly ChainTransactionRow[],
  settledHead: bigint | null,
  learnt: Learnt,
): Promise<boolean> {
  const settles = (block: bigint | null) => block !== null && settledHead !== null && block <= settledHead;
  for (const row of prices) {
    if (row.state === "included" && !settles(row.includedInBlock)) return true;
    const receipt = await receiptOf(reactor.world.chain, row.hash as Hex);
    if (receipt.outcome === "unknown") return true;
    if (receipt.outcome === "absent") continue;
    const { status, blockNumber: block } = receipt;
    if (settles(block)) learnt.mined.push({ row, status: status === "success" ? "mined" : "reverted" });
    else learnt.included.push({ id: row.id, block });
    return true;
  }
  return false;
}

/**
 * Our nonce is used up and none of our own transactions used it: somebody else sends with our key. All outgoing money
 * stops until a person has looked (DESIGN 7), and our calls at such nonces are given up, to be made anew once money may
 * leave again. Only the settled head can say so; before it, a reorg may.
 */
async function suspectForeignNonce(
  reactor: Reactor,
  open: readonly ChainTransactionRow[],
  { nonce }: ChainTransactionRow,
  settledHead: bigint | null,
): Promise<void> {
  const { world, store, signer } = reactor;
  if (settledHead === null) return;
  const settledNonce = await readNonceAt(world.chain, settledHead);
  if (settledNonce <= nonce) return;
  for (const { hash } of open.filter((row) => row.nonce >= nonce && row.nonce < settledNonce)) {
    // One of these may be what used its nonce; a node that does not answer leaves it open.
    if (hash && (await receiptOf(world.chain, hash as Hex)).outcome !== "absent") return;
  }
  await stopOutgoing(
    reactor,
    `el nonce ${nonce} lo usó una transacción que no es nuestra: otro programa tiene la llave`,
  );
  await store.transaction((tx) => tx.loseNonces(signer.address, settledNonce));
}

async function bump(reactor: Reactor, dearest: ChainTransactionRow): Promise<void> {
  const fees = bumpFees(dearest, { percent: BUMP_PERCENT, capWei: reactor.limits.gasPriceCapWei });
  if (fees === null) return;
  await reactor.store.reserveBump(dearest, fees);
}

/**
 * Keeps the escrow's allowance over the bridge's MXNB: raised to its ceiling when less than half is left, or when a leg
 * waits for it; brought down to it when two persons have set a lower one. Standing and bounded, since an approval per payment
 * would overwrite its neighbour's (DESIGN 7).
 */
export async function keepAllowance(reactor: Reactor): Promise<void> {
  const { store, signer, world } = reactor;
  if (await store.isKilled(reactor.facts)) return;
  const last = await store.lastApproval(signer.address);
  if (last && ["reserved", "signed", "sent"].includes(last.state)) return;
  const ceilingBaseUnits = (await store.readCeilings()).allowanceCentavos * BASE_UNITS_PER_CENTAVO;
  const { allowanceBaseUnits, paused } = await readTokenState(world.chain);
  if (paused || allowanceBaseUnits === ceilingBaseUnits) return;
  const isOver = allowanceBaseUnits > ceilingBaseUnits;
  // What is on its way was simulated under the higher one, and could revert under the lower.
  if (isOver && (await store.inFlight(signer.address)) > 0) return;
  const isEnough = allowanceBaseUnits * 2n >= ceilingBaseUnits;
  if (!isOver && isEnough && !(await store.anyLegWaitsFor("allowance"))) return;
  const call = encodeApprove(world.chain, { amountBaseUnits: ceilingBaseUnits });
  const simulation = await simulate(world.chain, call);
  if (simulation.outcome !== "done") return;
  const { to, data } = call;
  const { gas, fees } = simulation;
  const generation = (last?.generation ?? -1) + 1;
  await reactor.passing("before_intent", "approve", null);
  await store.transaction((tx) =>
    tx.reserveNonce(signer.address, { legId: null, action: "approve", generation, to, data, gas, ...fees }),
  );
  await reactor.passing("after_intent", "approve", null);
}
