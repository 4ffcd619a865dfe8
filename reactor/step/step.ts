import { courseOf, type Decided } from "../payments/courseOf.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import type { BankSend, ChainSend, SendAction } from "../payments/table.ts";
import type { Reactor } from "../reactor.ts";
import type { Lease } from "../store/holdLease.ts";
import { inSpan } from "../tracing/inSpan.ts";
import { confirmBlock } from "./confirmBlock.ts";
import { prepareCalls } from "./prepareCalls.ts";
import { saveCourse } from "./saveCourse.ts";
import { saveEach, saveThrown } from "./saveEach.ts";
import { sendToBank } from "./sendToBank.ts";
import { sendToChain } from "./sendToChain.ts";
import { showOrders } from "./showOrders.ts";

/** What follows for a claimed leg in this turn. */
type Course = Readonly<{ leg: Leg; steps: readonly Decided[] }>;

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
  const { legs, lease, nowMs, nextDueMs } = await reactor.store.claimLegs(holder, reactor.limits.batch);
  const restMs = nextDueMs === null ? null : nextDueMs - nowMs;
  if (lease === null) return { claimed: 0, moved: 0, sent: 0, restMs };
  return inSpan("step", { "kustodia.legs": legs.length }, () =>
    takeTurn(reactor, { holder, legs, lease, nowMs, told }),
  );
}

type Claimed = Readonly<{
  holder: number;
  legs: readonly Leg[];
  lease: Lease;
  nowMs: number;
  told: Told;
}>;

/** The rest of a turn, once its legs are claimed. */
async function takeTurn(reactor: Reactor, { holder, legs, lease, nowMs, told }: Claimed): Promise<StepReport> {
  const courses = await decideAll(reactor, holder, legs, nowMs);
  if (courses.some(asksBank)) told.asksBank();
  const moving = courses.filter(hasMoved);
  const resting = courses.filter((one) => !hasMoved(one) && lastOf(one)?.decision.kind !== "perform");
  const performs = performsOf(courses.map(lastOf));
  const begun = performsOf(courses.filter((one) => !hasMoved(one)).map(lastOf));
  // Beside the moves that lead to them: a call that is simulated has neither intent nor nonce yet.
  const preparing = reactor.shadow ? Promise.resolve([]) : prepareCalls(reactor, sendsOf(performs, isChainSend));
  // Its failure is this turn's, below; a move that fails to be saved comes first.
  preparing.catch(() => undefined);
  // Apart, so that each takes its legs in one statement, in one order. What only waits holds up no order.
  const arrived = performsOf(await saveEach(reactor, moving, (tx, { steps }) => saveCourse(tx, steps, lease)));
  const due = [...begun, ...arrived];
  const moved = courses.filter(
    ({ steps: [first] }) => !["wait", "perform"].includes(first?.decision.kind ?? ""),
  ).length;
  if (moved > 0 && due.length > 0) told.moved();
  const bank = sendsOf(due, isBankSend);
  const looks = due.filter((one) => one.decision.action === "confirmBlock");
  if (reactor.shadow) await showOrders(reactor, [...bank, ...sendsOf(due, isChainSend)]);
  const isDue = new Set(due.map(({ leg }) => leg.id));
  const [sentToBank, sentToChain] = await Promise.all([
    sendToBank(reactor, lease, reactor.shadow ? [] : bank),
    preparing.then((calls) => {
      // What somebody else has moved meanwhile was prepared for nothing.
      const ours = calls.filter(({ leg }) => isDue.has(leg.id));
      return sendToChain(reactor, lease, ours, told.fillsLane);
    }),
    confirmBlock(reactor, looks),
    saveEach(reactor, resting, (tx, { steps }) => saveCourse(tx, steps, lease)),
  ]);
  return {
    claimed: legs.length,
    moved,
    sent: sentToBank + sentToChain,
    restMs: 0,
  };
}

const lastOf = ({ steps }: Course) => steps.at(-1);

const performsOf = (these: readonly (Decided | null | undefined)[]) =>
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
