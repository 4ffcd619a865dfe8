import pLimit from "p-limit";
import { compareBooks, type Disagreement } from "../audit/compareBooks.ts";
import { unclassifiedAnswers } from "../stack/unclassifiedAnswers.ts";
import { until } from "../stack/until.ts";
import { answers, waitUntilReady } from "../stack/waitUntilReady.ts";
import { type Cell, cellName } from "./cells.ts";
import { type CellPayment, createCellPayment } from "./createCellPayment.ts";
import { type Detection, detectDoubles } from "./detectDoubles.ts";
import { endOf } from "./endOf.ts";
import { bringToGate, settleDisputes } from "./gates.ts";
import { type CellResult, judgeCells } from "./judgeCells.ts";
import { type Death, killAt } from "./killAt.ts";
import type { System } from "./openSystem.ts";
import { plans } from "./plans.ts";
import { raiseAllowance } from "./raiseAllowance.ts";
import { unexplainedTransactions, unjustifiedCalls, unprovenAttempts } from "./secondCalls.ts";
import { type Takeover, takeOvers } from "./takeOvers.ts";
import { keepWorkLog, resumedAfterMs } from "./workLog.ts";

/** What one system had to show at its end. */
export type SystemResult = Readonly<{
  cells: readonly CellResult[];
  takeovers: readonly Takeover[];
  /** Apart from the cells: no client prevents these doubles, and they count as nobody's duplicates. */
  detections: readonly Detection[];
  /** What no cell is to blame for by itself: sums that differ, transactions that nobody ordered. */
  failures: readonly string[];
  disagreements: readonly Disagreement[];
  unexplained: number;
}>;

export type Trial = Readonly<{
  /** Whether take-overs by a reactor that stands by, and the detection of doubles, are tried too. */
  whole: boolean;
  say: (line: string) => void;
}>;

const READY_WITHIN_MS = 60_000;
const ALL_END_WITHIN_MS = 180_000;
/** Payments that are on their way to their gates together: each is watched by a query of its own. */
const AT_ONCE = 16;

/** Runs these cells on one system: their payments brought to their gates, then kill after kill, then the books. */
export async function certifySystem(
  system: System,
  cells: readonly Cell[],
  { whole, say }: Trial,
): Promise<SystemResult> {
  const { pool } = system.database;
  const payments = await prepare(system, cells);
  say(`${system.shape}: ${payments.length} payments wait for their kill`);
  const killed = await killInEach(system, cells, payments, say);
  await system.startStandby();
  const nobody = { takeovers: [], travelled: [], failures: [] };
  const { takeovers, travelled, failures } = whole ? await takeOvers(system, cells.length, say) : nobody;
  const others = travelled.map(({ id }) => id);
  const statuses = await waitForEnds(system, killed, others);
  const disagreements = await compareBooks(system, [
    ...killed.map(({ cell, payment }) => {
      const end = endOf(cell);
      return { ...payment, ...(end.status === "refunded" && payment.refund), ...end };
    }),
    ...travelled.map((payment) => ({ ...payment, stage: "paid" as const })),
  ]);
  const tried = await Promise.all(
    killed.map(async (one) => ({
      ...one,
      resumedAfterMs: await resumedAfterMs(pool, one.payment.id, one.death.killedAtMs, one.cell.action === "approve"),
    })),
  );
  const unjustified = [...(await unjustifiedCalls(system)), ...(await unprovenAttempts(pool))];
  const judged = judgeCells(tried, { statuses, disagreements, unjustified });
  const strange = await unexplainedTransactions(system);
  const alarms = await alarmsOf(system);
  const detections =
    whole && DETECTED_ON === system.shape ? await detectDoubles(system, cells.length + others.length, say) : [];
  return {
    cells: judged.cells,
    takeovers,
    detections,
    disagreements,
    unexplained: strange + disagreements.filter(({ payments: of }) => of.length === 0).length,
    failures: [
      ...judged.failures,
      ...failures,
      ...others.filter((id) => statuses.get(id) !== "completed").map((id) => `payment ${id} is ${statuses.get(id)}`),
      ...(strange === 0 ? [] : [`${strange} transactions of the bridge wallet are not explained`]),
      ...unclassifiedAnswers(system.folder),
      ...alarms.map((why) => `money was stopped though nothing was wrong: ${why}`),
    ],
  };
}

/** The orders that the bank may execute twice are of this system's plans. */
const DETECTED_ON = plans.redeem.shape;

type Killed = Readonly<{ cell: Cell; payment: CellPayment; death: Death }>;

/** One kill after the other. @returns how each reactor died. */
async function killInEach(
  system: System,
  cells: readonly Cell[],
  payments: readonly CellPayment[],
  say: Trial["say"],
): Promise<readonly Killed[]> {
  const startedMs = performance.now();
  const killed: Killed[] = [];
  for (const [index, cell] of cells.entries()) {
    const payment = payments[index];
    if (payment === undefined) throw new Error(`${cellName(cell)} has no payment.`);
    // An allowance is approved when less than half of it is left: a greater one is asked for.
    if (cell.action === "approve") await raiseAllowance(system.database.pool);
    const death = await killAt(system, cell, payment);
    killed.push({ cell, payment, death });
    const atS = Math.round((performance.now() - startedMs) / 1_000);
    const how = death.failure ? `: ${death.failure}` : "";
    say(`${atS} s ${system.shape} ${index + 1}/${cells.length} ${cellName(cell)}${how}`);
    await settleDisputes(system.database.pool, disputesOf(killed));
  }
  return killed;
}

/** Why the kill switch was pulled so far, by whom ever: in these cells nobody has a reason to. */
async function alarmsOf({ database: { pool } }: System): Promise<readonly string[]> {
  const { rows } = await pool.query<{ why: string }>("select why from kustodia.kill_switch order by id");
  return rows.map(({ why }) => why);
}

/** Creates every cell's payment and brings it to its gate, by a reactor that nobody kills. The tripwire watches from here on. */
async function prepare(system: System, cells: readonly Cell[]): Promise<readonly CellPayment[]> {
  const reactor = await system.launchReactor({});
  await waitUntilReady(reactor, READY_WITHIN_MS, () => answers(`${system.apiUrl}/ready`));
  await keepWorkLog(system.database.pool);
  await system.startTripwire();
  const atOnce = pLimit(AT_ONCE);
  const payments = await Promise.all(
    cells.map((cell, index) =>
      atOnce(async () => {
        const payment = await createCellPayment(system, system.apiUrl, index);
        await bringToGate(system, cell, payment);
        return payment;
      }),
    ),
  );
  await reactor.stop();
  return payments;
}

const disputesOf = (killed: readonly Killed[]) =>
  killed.filter(({ cell }) => cell.action === "dispute").map(({ payment }) => payment.id);

/** Waits until every payment has ended. @returns each one's status then, or when the time was over. */
async function waitForEnds(
  { database: { pool } }: System,
  killed: readonly Killed[],
  others: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const wanted = new Map([
    ...killed.map(({ cell, payment }) => [payment.id, endOf(cell).status] as const),
    ...others.map((id) => [id, "completed"] as const),
  ]);
  const read = async () => {
    await settleDisputes(pool, disputesOf(killed));
    const { rows } = await pool.query<{ id: number; status: string }>("select id, status from kustodia.payment");
    return new Map(rows.map(({ id, status }) => [id, status]));
  };
  const give = AbortSignal.timeout(ALL_END_WITHIN_MS);
  return until("the payments at their ends", ALL_END_WITHIN_MS * 2, async () => {
    const statuses = await read();
    const over = [...wanted].every(([id, status]) => statuses.get(id) === status);
    return over || give.aborted ? statuses : undefined;
  });
}
