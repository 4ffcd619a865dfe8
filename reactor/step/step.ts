import { decide } from "../payments/decide.ts";
import type { Decision } from "../payments/decision.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import type { BankSend, ChainSend } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import type { Lease } from "../store/holdLease.ts";
import { inSpan } from "../tracing/inSpan.ts";
import { confirmBlock } from "./confirmBlock.ts";
import { saveDecision } from "./saveDecision.ts";
import { saveEach, saveThrown } from "./saveEach.ts";
import { sendToBank } from "./sendToBank.ts";
import { sendToChain } from "./sendToChain.ts";
import { showOrders } from "./showOrders.ts";

/** A claimed leg, what is known about it, and what follows. */
export type Decided<D extends Decision = Decision> = Readonly<{ leg: Leg; facts: Facts; decision: D }>;

export type StepReport = Readonly<{
  claimed: number;
  moved: number;
  sent: number;
  /** Some leg waits for evidence that only a fresh reading of the bank can give. */
  asksBank: boolean;
  /** Some call has a nonce and waits for the lane. */
  fillsLane: boolean;
  /** Until the next leg is due, ms; null when none has a time. */
  restMs: number | null;
}>;

/**
 * One turn of the machine: claim due legs, decide, save what is decided, send what is due (DESIGN 5). No transaction is
 * open while the network is, and nothing leaves before its intent is stored.
 * @param onMoved told when legs have moved on while others of the turn still call outside: what is due by now need not wait.
 */
export async function step(reactor: Reactor, onMoved: () => void = () => undefined): Promise<StepReport> {
  const holder = reactor.identity.holder();
  const { legs, lease, nowMs, nextDueMs } = await reactor.store.claimLegs(holder, reactor.limits.batch);
  const restMs = nextDueMs === null ? null : nextDueMs - nowMs;
  if (lease === null) return { claimed: 0, moved: 0, sent: 0, asksBank: false, fillsLane: false, restMs };
  return inSpan("step", { "kustodia.legs": legs.length }, () =>
    takeTurn(reactor, { holder, legs, lease, nowMs, onMoved }),
  );
}

type Claimed = Readonly<{
  holder: number;
  legs: readonly Leg[];
  lease: Lease;
  nowMs: number;
  onMoved: () => void;
}>;

/** The rest of a turn, once its legs are claimed. */
async function takeTurn(reactor: Reactor, { holder, legs, lease, nowMs, onMoved }: Claimed): Promise<StepReport> {
  const decided = await decideAll(reactor, holder, legs, nowMs);

  const settled = decided.filter((one) => one.decision.kind !== "perform");
  const performs = decided.flatMap(({ leg, facts, decision }) =>
    decision.kind === "perform" ? [{ leg, facts, decision }] : [],
  );
  // Apart, so that each takes its legs in one statement, in one order.
  for (const ones of [settled.filter(hasMoved), settled.filter((one) => !hasMoved(one))])
    await saveEach(reactor, ones, async (tx, one) => ({ events: await saveDecision(tx, one), result: null }));
  const moved = settled.filter((one) => one.decision.kind !== "wait").length;
  if (moved > 0 && performs.length > 0) onMoved();
  const bank = performs.flatMap((one) =>
    isBankSend(one.decision.action) ? [{ ...one, action: one.decision.action }] : [],
  );
  const chain = performs.flatMap((one) =>
    isChainSend(one.decision.action) ? [{ ...one, action: one.decision.action }] : [],
  );
  const looks = performs.filter((one) => one.decision.action === "confirmBlock");
  if (reactor.shadow) await showOrders(reactor, [...bank, ...chain]);
  const [sentToBank, sentToChain] = await Promise.all([
    sendToBank(reactor, lease, reactor.shadow ? [] : bank),
    sendToChain(reactor, lease, reactor.shadow ? [] : chain),
    confirmBlock(reactor, looks),
  ]);
  return {
    claimed: legs.length,
    moved,
    sent: sentToBank + sentToChain,
    asksBank: decided.some((one) => one.decision.kind === "wait" && one.decision.asksBank === true),
    fillsLane: sentToChain > 0,
    restMs: 0,
  };
}

const hasMoved = ({ decision: { kind } }: Decided) => kind === "move" || kind === "overdue";

/** Decides about each leg. Facts that cannot be read free the legs at once; a leg that makes `decide` throw is set aside. */
async function decideAll(
  reactor: Reactor,
  holder: number,
  legs: readonly Leg[],
  nowMs: number,
): Promise<readonly Decided[]> {
  const context = { ...reactor.facts, holder };
  let facts: ReadonlyMap<number, Facts>;
  try {
    facts = await reactor.store.loadFacts(legs, context, nowMs);
  } catch (error) {
    await reactor.store.releaseLegs(legs);
    throw error;
  }
  const decided: Decided[] = [];
  for (const leg of legs) {
    try {
      const known = facts.get(leg.id);
      if (known === undefined) throw new Error(`No facts were loaded for leg ${leg.id}.`);
      decided.push({ leg, facts: known, decision: decide(leg, reactor.shadow ? unkilled(known) : known) });
    } catch (error) {
      await saveThrown(reactor, leg, error);
    }
  }
  return decided;
}

/** In shadow mode the switch is no reason to decide nothing: another program on the account pulls it, and nothing leaves anyway. */
const unkilled = (facts: Facts): Facts => ({ ...facts, guards: { ...facts.guards, killed: false } });

const BANK_SENDS: ReadonlySet<string> = new Set<BankSend>(["withdraw", "registerAccount", "redeem"]);
const isBankSend = (action: string): action is BankSend => BANK_SENDS.has(action);
const isChainSend = (action: string): action is ChainSend => !BANK_SENDS.has(action) && action !== "confirmBlock";
