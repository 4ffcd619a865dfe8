import { apply, applyDeadline, applyReview, deadlineOf } from "../../../reactor/payments/apply.ts";
import { decide } from "../../../reactor/payments/decide.ts";
import type { Decision, Move } from "../../../reactor/payments/decision.ts";
import type { Facts } from "../../../reactor/payments/facts.ts";
import { type Leg, rowOf } from "../../../reactor/payments/leg.ts";
import { orderKey } from "../../../reactor/payments/orderKey.ts";
import { type FactsContext, factsOf } from "../../../reactor/store/factsOf.ts";
import { toLeg } from "../../../reactor/store/legRow.ts";
import { knownAt } from "./knownAt.ts";
import type { PaymentRecord } from "./readRecord.ts";

/** One line of a payment's history, beside what the tables make of the facts of that moment. */
export type Line = Readonly<{
  atMs: number;
  kind: Leg["kind"];
  recorded: string;
  replayed: string;
  /** Why the two are not the same; null when they are. */
  difference: string | null;
}>;

type RecordedEvent = PaymentRecord["events"][number];
type RecordedAttempt = PaymentRecord["attempts"][number];
type Item =
  | Readonly<{ kind: "move"; atMs: number; legId: number; event: RecordedEvent }>
  | Readonly<{ kind: "order"; atMs: number; legId: number; attempt: RecordedAttempt }>;

type Judged = Readonly<{ leg: Leg; recorded: string; replayed: string; difference: string | null }>;

/** A move is stored a little after the clock by which it was decided: a limit may have begun to run that much earlier. */
const SAVING_MS = 5_000;
/** Who acts where no person does. */
const MACHINE = "kustodia";

/**
 * Replays a payment through the tables: from its first states on, at each recorded move and each recorded order the facts
 * of that moment must make `decide` say just that, and `apply` must lead just there. Ends at the first difference.
 *
 * What it cannot show: that nothing else should have been done earlier, since only recorded moments are looked at; the
 * lookup of an order of unknown outcome, because it is not stored what the bank listed then; and what `knownAt` supposes.
 * What a person or a guard handed to review is taken as recorded, and what persons moved by a row of the table; where persons took a leg out of review the replay ends,
 * since that is no fact of the tables'.
 * @param keyLifetimeMs how long a key of the bank may be sent again (BANK_KEY_LIFETIME_MS).
 */
export function replayRecord(stored: PaymentRecord, keyLifetimeMs: number): readonly Line[] {
  const record = { ...stored, attempts: stored.attempts.map((attempt) => afterItsMoves(attempt, stored)) };
  const legs = new Map(record.legs.map((row) => [row.id, begin(row, record)]));
  const context = contextOf(record, keyLifetimeMs);
  const lines: Line[] = [];
  for (const item of itemsOf(record)) {
    const leg = legs.get(item.legId);
    if (leg === undefined) throw new Error(`The history of payment ${record.payment.id} names leg ${item.legId}.`);
    if (leg.state === "review" && isTakenByPersons(record, leg)) return [...lines, leftToPersons(item, leg)];
    const judged = judge(record, [...legs.values()], leg, item, context);
    lines.push({ atMs: item.atMs, kind: leg.kind, ...judged });
    if (judged.difference !== null) return lines;
    legs.set(leg.id, judged.leg);
  }
  return [...lines, ...record.legs.flatMap((row) => endOf(row, legs.get(row.id)))];
}

function begin(row: PaymentRecord["legs"][number], { payment }: PaymentRecord): Leg {
  const state = row.kind === "deposit" ? "awaiting" : "waiting";
  const { createdAtMs } = payment;
  return {
    ...toLeg(row),
    ...{ state, reviewFrom: null, version: 0, generation: 0, carried: {}, reason: null, enteredAtMs: createdAtMs },
    deadlineAtMs: deadlineOf(row.kind, state, payment, createdAtMs),
  };
}

/**
 * An order bears the moment at which its turn began, and the moves that led to it in that same turn are stored a little later: it
 * is looked at behind the one that brought its leg to where it is ordered.
 */
function afterItsMoves(attempt: RecordedAttempt, { events, legs }: PaymentRecord): RecordedAttempt {
  const kind = legs.find(({ id }) => id === attempt.legId)?.kind;
  const orders = ({ data }: RecordedEvent) =>
    kind !== undefined && data.to !== undefined && rowOf(kind, data.to as Leg["state"]).does === attempt.action;
  const moves = events.filter(({ legId, data }) => legId === attempt.legId && data.from !== undefined);
  const before = moves.filter(({ atMs }) => atMs <= attempt.sentAtMs).at(-1);
  if (before !== undefined && orders(before)) return attempt;
  const after = moves.filter(
    ({ actor, atMs }) => actor === MACHINE && atMs > attempt.sentAtMs && atMs - attempt.sentAtMs <= SAVING_MS,
  );
  // What an event says may be what is wrong: then its move is looked at first.
  const led = after.find(orders) ?? after[0];
  return led === undefined ? attempt : { ...attempt, sentAtMs: led.atMs };
}

/** Moves and orders in the order in which they were decided. */
function itemsOf({ events, attempts }: PaymentRecord): readonly Item[] {
  const moves = events.flatMap((event): Item[] => {
    const isMove = event.data.from !== undefined || event.type === "en_revision";
    return isMove && event.legId !== null ? [{ kind: "move", atMs: event.atMs, legId: event.legId, event }] : [];
  });
  const orders = attempts.map(
    (attempt): Item => ({ kind: "order", atMs: attempt.sentAtMs, legId: attempt.legId, attempt }),
  );
  // Sorting is stable: in one millisecond the move that led to an order comes before it.
  return [...moves, ...orders].sort((a, b) => a.atMs - b.atMs);
}

function contextOf({ payment, places, logs, screenings }: PaymentRecord, keyLifetimeMs: number): FactsContext {
  const token = logs.find((log) => log.kind === "Transfer")?.contract ?? "";
  return {
    ...{
      ...places,
      lane: payment.lane,
      token,
      keyLifetimeMs,
      chainId: 0,
      indexSchema: "",
      confirmations: 0n,
      holder: 0,
    },
    ...{ askBankEveryMs: 0, staleAfterMs: 0, screens: screenings.length > 0 },
  };
}

function judge(record: PaymentRecord, legs: readonly Leg[], leg: Leg, item: Item, context: FactsContext): Judged {
  const recorded = item.kind === "move" ? inWords(item.event) : `${item.attempt.action} #${item.attempt.number}`;
  try {
    const attemptId = item.kind === "order" ? item.attempt.id : null;
    const rows = knownAt(record, legs, { atMs: item.atMs, attemptId });
    const facts = factsOf([leg], rows, context, item.atMs).get(leg.id);
    if (facts === undefined) throw new Error("there are no facts");
    const judged = item.kind === "move" ? judgeMove(record, leg, facts, item) : judgeOrder(record, leg, facts, item);
    const difference = judged.difference && `${judged.difference}; known then: ${told(facts)}`;
    return { ...judged, recorded, difference };
  } catch (error) {
    const difference = error instanceof Error ? error.message : String(error);
    return { leg, recorded, replayed: "—", difference };
  }
}

type Verdict = Omit<Judged, "recorded">;

function judgeMove(record: PaymentRecord, leg: Leg, facts: Facts, { event }: Item & { kind: "move" }): Verdict {
  if (event.data.to === undefined) {
    const next = applyReview(leg);
    return { leg: next, replayed: `${leg.state} → review`, difference: firstDifference({ from: leg.state }, event) };
  }
  if (event.actor !== MACHINE) return takenAsRecorded(leg, facts, event);
  const entered = {
    enteredAtMs: leg.enteredAtMs - SAVING_MS,
    deadlineAtMs: leg.deadlineAtMs && leg.deadlineAtMs - SAVING_MS,
  };
  const decision = decide({ ...leg, ...entered }, facts);
  if (decision.kind !== "move" && decision.kind !== "overdue") {
    const replayed = saidOf(decision);
    return { leg, replayed, difference: `the tables do not move "${leg.state}" then: ${replayed}` };
  }
  const { terms, nowMs } = facts;
  const applied =
    decision.kind === "move"
      ? apply(leg, decision.outcome, decision.learnt ?? {}, terms, nowMs)
      : applyDeadline(leg, terms, nowMs);
  const move: Omit<Move<string>, "kind"> = decision.kind === "move" ? decision : { outcome: "overdue" };
  // A reason is in the event's sentence, and no fact of its own.
  const { reason: _, ...evidence } = move.evidence ?? {};
  const expected = { from: leg.state, to: applied.leg.state, ...applied.leg.carried, ...evidence };
  const claimed = move.claims?.find(
    ({ source, outsideId }) =>
      !record.claims.some((row) => row.legId === leg.id && row.source === source && row.outsideId === outsideId),
  );
  return {
    leg: applied.leg,
    replayed: `${leg.state} → ${applied.leg.state} (${move.outcome})`,
    difference:
      (applied.event === event.type ? null : `the tables call it ${applied.event}, recorded is ${event.type}`) ??
      firstDifference(expected, event) ??
      (claimed ? `it uses up ${claimed.source} ${claimed.outsideId}, which this leg has no claim on` : null),
  };
}

/** What persons moved by a row of the table, such as a corrected account: their word is no fact, and is taken as recorded. */
function takenAsRecorded(leg: Leg, { terms, nowMs }: Facts, event: RecordedEvent): Verdict {
  const { on } = rowOf(leg.kind, leg.state);
  const outcome = Object.keys(on).find((name) => on[name]?.event === event.type && on[name]?.to === event.data.to);
  if (outcome === undefined) {
    return { leg, replayed: "—", difference: `no row leads from "${leg.state}" by ${event.type}` };
  }
  const next = apply(leg, outcome, {}, terms, nowMs).leg;
  const difference = firstDifference({ from: leg.state, to: next.state }, event);
  return { leg: next, replayed: `${leg.state} → ${next.state} (${outcome}, by persons)`, difference };
}

function judgeOrder(record: PaymentRecord, leg: Leg, facts: Facts, { attempt }: Item & { kind: "order" }): Verdict {
  const decision = decide(leg, facts);
  const replayed = saidOf(decision);
  const { action, generation } = attempt;
  const { installationId } = record;
  const key = orderKey({ installationId, paymentId: leg.paymentId, legId: leg.id, action, generation: leg.generation });
  const difference =
    (decision.kind === "perform" && decision.action === action
      ? null
      : `the tables do not order ${action} in "${leg.state}" then: ${replayed}`) ??
    (generation === leg.generation ? null : `the order is of generation ${generation}, the leg of ${leg.generation}`) ??
    (key === attempt.key ? null : `the order's key is ${attempt.key}, its own is ${key}`);
  return { leg, replayed, difference };
}

const isTakenByPersons = ({ events }: PaymentRecord, leg: Leg) =>
  events.some(({ type, legId }) => type === "accion_de_operador" && legId === leg.id);

function leftToPersons(item: Item, { kind }: Leg): Line {
  const recorded = item.kind === "move" ? inWords(item.event) : item.attempt.action;
  return { atMs: item.atMs, kind, recorded, replayed: "not replayed: persons took it out of review", difference: null };
}

/** Whether the stored leg is where its history leads. */
function endOf(row: PaymentRecord["legs"][number], leg: Leg | undefined): readonly Line[] {
  const [recorded, replayed] = [standing(row), leg ? standing(leg) : "—"];
  if (recorded === replayed) return [];
  const difference = "the stored leg is not where its history leads";
  return [{ atMs: row.enteredAtMs, kind: row.kind, recorded, replayed, difference }];
}

function standing({
  state,
  reviewFrom,
  generation,
  carried,
}: Pick<Leg, "state" | "reviewFrom" | "generation" | "carried">) {
  const facts = Object.entries(carried).map(([name, value]) => `${name} ${value}`);
  return [state, reviewFrom ?? "", `generation ${generation}`, ...facts.sort()].filter(Boolean).join(", ");
}

/** The first of the expected facts that the recorded event tells otherwise, in words; null for none. */
function firstDifference(expected: Readonly<Record<string, string>>, { data }: RecordedEvent): string | null {
  const name = Object.keys(expected).find((one) => data[one] !== expected[one]);
  return name === undefined
    ? null
    : `${name} is ${expected[name]} by the facts, recorded is ${data[name] ?? "nothing"}`;
}

const inWords = ({ type, data }: RecordedEvent) =>
  data.from === undefined ? type : `${data.from} → ${data.to ?? "review"} · ${type}`;

function saidOf(decision: Decision): string {
  if (decision.kind === "perform") return decision.action;
  if (decision.kind === "move") return `moves by ${decision.outcome}`;
  return decision.kind === "wait" && decision.reason ? `waits (${decision.reason})` : decision.kind;
}

function told({ bank, chain, attempts }: Facts): string {
  const all = [
    ...attempts.map((one) => `${one.action} #${one.number} ${one.outcome}`),
    ...bank.map((one) => `${one.type} ${one.id} ${one.status} of ${one.amountBaseUnits} base units`),
    ...chain.map((one) => `${one.kind} ${one.txHash}`),
  ];
  return all.join("; ") || "nothing outside";
}
