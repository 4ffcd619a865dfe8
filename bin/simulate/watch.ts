import { isOver, rowOf } from "../../reactor/payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import { reviewExits } from "../../reactor/payments/reviewExits.ts";
import { compare } from "../../reactor/reconcile/compare.ts";
import type { Finding } from "../../reactor/reconcile/finding.ts";
import { judgeBalances } from "../../reactor/reconcile/judgeBalances.ts";
import { NOTHING, sumWitnesses } from "../../reactor/reconcile/sumWitnesses.ts";
import type { Books, LegRow } from "./memoryStore/books.ts";
import { countMoney, recount } from "./recount.ts";
import { balancesIn, threeBooksOf } from "./threeBooks.ts";
import type { World } from "./world.ts";

/** Something that must never be, and whom it concerns. */
export type Violation = Readonly<{ message: string; payments: readonly number[] }>;
export type Report = (message: string, payments: readonly number[]) => void;

const FULL_EVERY = 1_000;

/**
 * Looks at every leg that a transaction touched as soon as it is kept, at its payment's money outside, and every thousand
 * steps at everything.
 */
export function createWatch(world: World) {
  const { books, clock } = world;
  const known = new Map<number, LegRow>();
  const violations: Violation[] = [];
  let steps = 0;

  const report: Report = (message, payments) => {
    world.note(`VIOLATION: ${message}`);
    violations.push({ message, payments });
  };
  const lookAt = (row: LegRow) => {
    const before = known.get(row.id);
    known.set(row.id, row);
    if (before === undefined) return null;
    return illegalMove(before, row, world.people.moved.has(`${before.id}.${before.version}`));
  };
  const recountOne = (paymentId: number) => {
    for (const message of recount(world, paymentId)) report(message, [paymentId]);
  };
  const lookAtAll = () => {
    for (const payment of books.payments.all()) recountOne(payment.id);
    const { lostBaseUnits } = countMoney(world);
    if (lostBaseUnits !== 0n) report(`${lostBaseUnits} base units are nowhere`, []);
    for (const { key, twice } of executedTwice(world)) report(`key ${key} was executed ${twice} times`, []);
    for (const { pulledBy, why } of books.openPulls()) {
      if (pulledBy === "kustodia") report(`the kill switch was pulled, though nobody else has our keys: ${why}`, []);
    }
  };
  world.bank.onOrder(({ key, type }) => {
    if (key !== null && books.attemptsUnder.count(key) === 0) {
      report(`no stored intent explains the ${type} ${key}`, []);
    }
    const paid = type === "REDEMPTION" && key !== null ? paidOutOfReview(books, key) : null;
    if (paid !== null) report(`payment ${paid} was paid while its deposit was a person's`, [paid]);
  });
  books.journal.onKept = (touched) => {
    const payments = new Set<number>();
    for (const [legId, written] of touched) {
      const row = books.legs.get(legId);
      if (row === undefined) continue;
      const whys = [...written.map(lookAt), stuck(row, books.ofPayment.of(row.paymentId))];
      for (const why of whys) if (why !== null) report(`leg ${legId} (${row.kind}): ${why}`, [row.paymentId]);
      payments.add(row.paymentId);
    }
    for (const paymentId of payments) recountOne(paymentId);
    for (const message of unbalanced(books.balances)) report(message, []);
  };

  return {
    violations,
    report,
    /** A reactor has ended a step. */
    stepped: () => {
      steps++;
      if (steps % FULL_EVERY === 0) lookAtAll();
    },
    /** The last look, when nobody waits for anything any more. */
    end: () => {
      lookAtAll();
      if (violations.length === 0) {
        for (const row of books.legs.all()) {
          const why = unfinished(row, books.ofPayment.of(row.paymentId));
          if (why !== null) report(`at ${new Date(clock.nowMs()).toISOString()} leg ${row.id} ${why}`, [row.paymentId]);
        }
      }
      for (const { kind, paymentId, outsideId, isUnderWay } of violations.length === 0 ? rebuilt(world) : []) {
        if (!isUnderWay)
          report(
            `the books are not what bank and chain say: ${kind} of ${outsideId}`,
            paymentId === null ? [] : [paymentId],
          );
      }
      const { lostBaseUnits, duplicates } = countMoney(world);
      return { duplicates, lostCentavos: lostBaseUnits / BASE_UNITS_PER_CENTAVO };
    },
  };
}

/** Who puts money in. */
const OUTSIDE: ReadonlySet<string> = new Set(["buyer", "company"]);

/** What the books may never say: sums that are not nothing, and money taken from where there was none. */
function unbalanced(balances: Books["balances"]): readonly string[] {
  const total = [...balances.values()].reduce((sum, centavos) => sum + centavos, 0n);
  const overdrawn = [...balances].filter(([account, centavos]) => !OUTSIDE.has(account) && centavos < 0n);
  return [
    ...(total === 0n ? [] : [`the books add up to ${total} centavos and not to nothing`]),
    ...overdrawn.map(([account, centavos]) => `the books have ${centavos} centavos in ${account}`),
  ];
}

/** Where the books of a world differ from what bank and chain alone derive of its orders, and its balances from their sums. */
function rebuilt(world: World): readonly Finding[] {
  const books = threeBooksOf(world);
  const sums = sumWitnesses(books.witnesses, books.places);
  const balances = balancesIn(world);
  return [...compare(books), ...judgeBalances({ sums, balances, explained: NOTHING, movingAtBank: 0n })];
}

/** Whether a row of the tables leads from one to the other. Out of review only persons lead, and only by an exit of it. */
function illegalMove(before: LegRow, after: LegRow, isPersons: boolean): string | null {
  if (after.version < before.version) return `went back from version ${before.version} to ${after.version}`;
  const moved = before.state !== after.state || before.generation !== after.generation;
  if (!moved) return null;
  if (before.state === "review") {
    const exits = before.reviewFrom === null ? [] : reviewExits(before.kind, before.reviewFrom);
    const isExit = isPersons && exits.some(({ to }) => to === after.state);
    return isExit ? null : `left review for "${after.state}" without a person`;
  }
  if (after.version !== before.version + 1) return `moved from version ${before.version} to ${after.version}`;
  if (after.state === "review")
    return after.reviewFrom === before.state ? null : `in review from "${after.reviewFrom}"`;
  const { on, deadline } = rowOf(before.kind, before.state);
  const grown = after.generation - before.generation;
  const exits = Object.values(on).filter(
    (exit) => exit.to === after.state && (exit.generation === "next" ? 1 : 0) === grown,
  );
  const byDeadline = deadline?.to === after.state && grown === 0;
  return exits.length > 0 || byDeadline
    ? null
    : `moved from "${before.state}" to "${after.state}", which no row allows`;
}

/** Whether nothing would ever look at the leg again. */
function stuck(row: LegRow, siblings: readonly LegRow[]): string | null {
  if (row.state === "review" || isOver(row) || row.leaseHolder !== null) return null;
  if (row.dueAtMs !== null || row.deadlineAtMs !== null) return null;
  if (row.state !== "waiting") return `stands in "${row.state}" without due time, deadline or lease`;
  const source = siblings.find((one) => one.kind === (row.kind === "payout" ? row.source : "deposit"));
  return source ? null : "waits for a sibling that is not there";
}

/** Whether a leg is left in the middle though nothing happens any more. */
function unfinished(row: LegRow, siblings: readonly LegRow[]): string | null {
  if (row.state === "review" || isOver(row)) return null;
  const source = siblings.find((one) => one.kind === (row.kind === "payout" ? row.source : "deposit"));
  const waits =
    row.state === "waiting" && source && (source.state === "review" || source.state === "waiting" || isOver(source));
  return waits ? null : `of payment ${row.paymentId} is left in "${row.state}" (${row.reason ?? "no reason"})`;
}

/** The payment that an order pays though it was decided after its deposit had gone to review; null where none was. */
function paidOutOfReview(books: Books, key: string): number | null {
  const orders = books.attemptsUnder.of(key);
  const sentAtMs = Math.max(...orders.map((order) => order.sentAtMs));
  const paymentId = books.legs.get(orders[0]?.legId ?? 0)?.paymentId ?? 0;
  const deposit = books.ofPayment.of(paymentId).find(({ kind }) => kind === "deposit");
  return deposit?.state === "review" && sentAtMs > deposit.enteredAtMs ? paymentId : null;
}

function executedTwice({ bank }: World): readonly { key: string; twice: number }[] {
  const times = new Map<string, number>();
  for (const { key, type } of bank.transactions) {
    if (key !== null) times.set(`${type} ${key}`, (times.get(`${type} ${key}`) ?? 0) + 1);
  }
  return [...times].flatMap(([key, twice]) => (twice > 1 ? [{ key, twice }] : []));
}
