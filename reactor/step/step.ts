import { courseOf, type Decided } from "../payments/courseOf.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import type { BankSend, ChainSend } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import type { StoredEvent } from "../store/appendEvent.ts";
import type { Lease } from "../store/holdLease.ts";
import type { Transaction } from "../store/port.ts";
import { inSpan } from "../tracing/inSpan.ts";
import { confirmBlock } from "./confirmBlock.ts";
import { saveDecision } from "./saveDecision.ts";
import { type Saved, saveEach, saveThrown } from "./saveEach.ts";
import { sendToBank } from "./sendToBank.ts";
import { sendToChain } from "./sendToChain.ts";
import { showOrders } from "./showOrders.ts";

/** What follows for a claimed leg in this turn. */
type Course = Readonly<{ leg: Leg; steps: readonly Decided[] }>;

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
  const courses = await decideAll(reactor, holder, legs, nowMs);

  const moving = courses.filter(hasMoved);
  const resting = courses.filter((one) => !hasMoved(one) && lastOf(one)?.decision.kind !== "perform");
  // Apart, so that each takes its legs in one statement, in one order.
  const arrived = await saveEach(reactor, moving, (tx, one) => saveCourse(tx, one, lease));
  await saveEach(reactor, resting, (tx, one) => saveCourse(tx, one, lease));
  const begun = courses.filter((one) => !hasMoved(one)).map(lastOf);
  const performs = [...begun, ...arrived].flatMap((one) =>
    one?.decision.kind === "perform" ? [{ ...one, decision: one.decision }] : [],
  );
  const moved = courses.filter(
    ({ steps: [first] }) => !["wait", "perform"].includes(first?.decision.kind ?? ""),
  ).length;
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
    asksBank: courses.some(asksBank),
    fillsLane: sentToChain > 0,
    restMs: 0,
  };
}

const lastOf = ({ steps }: Course) => steps.at(-1);

const hasMoved = ({ steps: [first] }: Course) => first?.decision.kind === "move" || first?.decision.kind === "overdue";

function asksBank(course: Course): boolean {
  const decision = lastOf(course)?.decision;
  return decision?.kind === "wait" && decision.asksBank === true;
}

/** Saves what a course comes to, one step after the other. The result is what is to be performed at its end, under the lease. */
async function saveCourse(tx: Transaction, { steps }: Course, lease: Lease): Promise<Saved<Decided | null>> {
  const events: StoredEvent[] = [];
  for (const [nth, one] of steps.entries()) {
    if (one.decision.kind === "perform") return { events, result: one };
    const next = steps[nth + 1];
    const saved = await saveDecision(tx, one, next?.decision.kind === "perform" ? lease : null);
    // Somebody was first: what was decided next was decided of a leg that there is not.
    if (saved.length === 0) break;
    events.push(...saved);
  }
  return { events, result: null };
}

/** Decides about each leg. Facts that cannot be read free the legs at once; a leg that makes `decide` throw is set aside. */
async function decideAll(
  reactor: Reactor,
  holder: number,
  legs: readonly Leg[],
  nowMs: number,
): Promise<readonly Course[]> {
  const context = { ...reactor.facts, holder };
  let facts: ReadonlyMap<number, Facts>;
  try {
    facts = await reactor.store.loadFacts(legs, context, nowMs);
  } catch (error) {
    await reactor.store.releaseLegs(legs);
    throw error;
  }
  const courses: Course[] = [];
  for (const leg of legs) {
    try {
      const known = facts.get(leg.id);
      if (known === undefined) throw new Error(`No facts were loaded for leg ${leg.id}.`);
      courses.push({ leg, steps: courseOf(leg, reactor.shadow ? unkilled(known) : known) });
    } catch (error) {
      await saveThrown(reactor, leg, error);
    }
  }
  return courses;
}

/** In shadow mode the switch is no reason to decide nothing: another program on the account pulls it, and nothing leaves anyway. */
const unkilled = (facts: Facts): Facts => ({ ...facts, guards: { ...facts.guards, killed: false } });

const BANK_SENDS: ReadonlySet<string> = new Set<BankSend>(["withdraw", "registerAccount", "redeem"]);
const isBankSend = (action: string): action is BankSend => BANK_SENDS.has(action);
const isChainSend = (action: string): action is ChainSend => !BANK_SENDS.has(action) && action !== "confirmBlock";
