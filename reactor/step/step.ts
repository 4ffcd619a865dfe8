import { courseOf, type Decided, followedBy } from "../payments/courseOf.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import type { BankSend, ChainSend, SendAction } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import type { Lease } from "../store/holdLease.ts";
import { inSpan } from "../tracing/inSpan.ts";
import { confirmBlock } from "./confirmBlock.ts";
import { ordersOf } from "./orderOf.ts";
import { prepareCalls } from "./prepareCalls.ts";
import { type Course, saveCourse } from "./saveCourse.ts";
import { saveEach, saveThrown } from "./saveEach.ts";
import { sendToBank } from "./sendToBank.ts";
import { sendToChain } from "./sendToChain.ts";
import { showOrders } from "./showOrders.ts";

export type StepReport = Readonly<{
  claimed: number;
  moved: number;
  sent: number;
  /** Until the next leg is due, ms; null when none has a time. */
  restMs: number | null;
}>;

/** What a turn tells at once, while it may still call outside: whoever acts on it waits for none of those calls. */
export type Told = Readonly<{
  /** Legs have moved on, and others of the turn have calls to make: what is due by now need not wait for these. */
  moved: () => void;
  /** Some call has a nonce and waits for the lane. */
  fillsLane: () => void;
  /** Some leg waits for evidence that only the bank can give. */
  asksBank: () => void;
}>;

/**
 * One turn of the machine: claim due legs, decide, save what is decided, send what is due (DESIGN 5). No transaction is
 * open while the network is, and nothing leaves before its intent is stored.
 */
export async function step(reactor: Reactor, told: Told): Promise<StepReport> {
  const holder = reactor.identity.holder();
  const { legs, waiting, lease, nowMs, nextDueMs } = await reactor.store.claimLegs(holder, reactor.limits.batch);
  const restMs = nextDueMs === null ? null : nextDueMs - nowMs;
  if (lease === null) return { claimed: 0, moved: 0, sent: 0, restMs };
  return inSpan("step", { "kustodia.legs": legs.length }, () =>
    takeTurn(reactor, { holder, legs, waiting, lease, nowMs, told }),
  );
}

type Claimed = Readonly<{
  holder: number;
  legs: readonly Leg[];
  /** Of nobody, and read beside them: what becomes of them depends on these. */
  waiting: readonly Leg[];
  lease: Lease;
  nowMs: number;
  told: Told;
}>;

/** The rest of a turn, once its legs are claimed. */
async function takeTurn(reactor: Reactor, { holder, legs, waiting, lease, nowMs, told }: Claimed): Promise<StepReport> {
  const courses = await decideAll(reactor, { holder, legs, waiting, nowMs });
  const all = courses.flatMap((one) => [one, ...one.followers]);
  if (all.some(asksBank)) told.asksBank();
  const moving = courses.filter(hasMoved);
  const resting = courses.filter((one) => !hasMoved(one) && lastOf(one)?.decision.kind !== "perform");
  const performs = performsOf(all.map(lastOf));
  const begun = performsOf(courses.filter((one) => !hasMoved(one)).map(lastOf));
  // Beside the moves that lead to them: what is read for an order, or simulated, has neither intent nor nonce yet.
  const sends = reactor.shadow ? [] : performs;
  const ordering = ordersOf(reactor, sendsOf(sends, isBankSend));
  const preparing = prepareCalls(reactor, sendsOf(sends, isChainSend));
  // Their failures are this turn's, below; a move that fails to be saved comes first.
  for (const one of [ordering, preparing]) one.catch(() => undefined);
  // Apart, so that each takes its legs in one statement, in one order. What only waits holds up no order.
  const arrived = performsOf((await saveEach(reactor, moving, (tx, one) => saveCourse(tx, one, lease))).flat());
  const due = [...begun, ...arrived];
  const moved = courses.filter(
    ({ steps: [first] }) => !["wait", "perform"].includes(first?.decision.kind ?? ""),
  ).length;
  if (moved > 0 && due.length > 0) told.moved();
  const looks = due.filter((one) => one.decision.action === "confirmBlock");
  if (reactor.shadow) await showOrders(reactor, [...sendsOf(due, isBankSend), ...sendsOf(due, isChainSend)]);
  const isDue = new Set(due.map(({ leg }) => leg.id));
  // What somebody else has moved meanwhile was prepared for nothing.
  const ours = <T extends Readonly<{ leg: Leg }>>(these: readonly T[]) => these.filter(({ leg }) => isDue.has(leg.id));
  const [sentToBank, sentToChain] = await Promise.all([
    ordering.then((orders) => sendToBank(reactor, lease, ours(orders))),
    preparing.then((calls) => sendToChain(reactor, lease, ours(calls), told.fillsLane)),
    confirmBlock(reactor, looks),
    saveEach(reactor, resting, (tx, one) => saveCourse(tx, one, lease)),
  ]);
  return {
    claimed: legs.length,
    moved,
    sent: sentToBank + sentToChain,
    restMs: 0,
  };
}

const lastOf = ({ steps }: Course) => steps.at(-1);

const performsOf = (these: readonly (Decided | undefined)[]) =>
  these.flatMap((one) => (one?.decision.kind === "perform" ? [{ ...one, decision: one.decision }] : []));

type Performed = ReturnType<typeof performsOf>[number];

const sendsOf = <Send extends SendAction>(
  these: readonly Performed[],
  isOne: (action: Performed["decision"]["action"]) => action is Send,
) => these.flatMap((one) => (isOne(one.decision.action) ? [{ ...one, action: one.decision.action }] : []));

const hasMoved = ({ steps: [first] }: Course) => first?.decision.kind === "move" || first?.decision.kind === "overdue";

function asksBank(course: Course): boolean {
  const decision = lastOf(course)?.decision;
  return decision?.kind === "wait" && decision.asksBank === true;
}

/**
 * Decides about each leg, and about those that its course lets go on. Facts that cannot be read free the legs at once; a leg that makes
 * `decide` throw is set aside.
 */
async function decideAll(
  reactor: Reactor,
  { holder, legs, waiting, nowMs }: Omit<Claimed, "lease" | "told">,
): Promise<readonly Course[]> {
  const context = { ...reactor.facts, holder };
  let facts: ReadonlyMap<number, Facts>;
  try {
    facts = await reactor.store.loadFacts([...legs, ...waiting], context, nowMs);
  } catch (error) {
    await reactor.store.releaseLegs(legs);
    throw error;
  }
  const factsOf = ({ id }: Leg) => {
    const known = facts.get(id);
    if (known === undefined) throw new Error(`No facts were loaded for leg ${id}.`);
    return reactor.shadow ? unkilled(known) : known;
  };
  const follow = (steps: readonly Decided[], leg: Leg): Course => {
    try {
      return { leg, steps: followedBy(steps, leg, factsOf(leg)), followers: [] };
    } catch {
      // The end that it waits for wakes it, and its own turn sets it aside.
      return { leg, steps: [], followers: [] };
    }
  };
  const waitingOf = new Map<number, Leg[]>();
  for (const one of waiting) waitingOf.set(one.paymentId, [...(waitingOf.get(one.paymentId) ?? []), one]);
  const courses: Course[] = [];
  for (const leg of legs) {
    try {
      const steps = courseOf(leg, factsOf(leg));
      const followers = (waitingOf.get(leg.paymentId) ?? []).map((one) => follow(steps, one)).filter(hasMoved);
      courses.push({ leg, steps, followers });
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
