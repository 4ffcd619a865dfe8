import pLimit from "p-limit";
import { compareBooks, type Disagreement } from "../audit/compareBooks.ts";
import { until } from "../stack/until.ts";
import { answers, waitUntilReady } from "../stack/waitUntilReady.ts";
import { type Cell, cellName } from "./cells.ts";
import { type CellPayment, createCellPayment } from "./createCellPayment.ts";
import { endOf } from "./endOf.ts";
import { bringToGate, settleDisputes } from "./gates.ts";
import { type Death, killAt } from "./killAt.ts";
import type { System } from "./openSystem.ts";
import { unexplainedTransactions, unjustifiedCalls } from "./secondCalls.ts";
import { type Takeover, takeOvers } from "./takeOvers.ts";
import { keepWorkLog, resumedAfterMs } from "./workLog.ts";

export type CellResult = Readonly<{
  cell: Cell;
  failures: readonly string[];
  /** From the kill to the first work of the restarted reactor on the payment, its start-up included, ms. */
  resumedAfterMs: number | null;
}>;

/** What one system had to show at its end. */
export type SystemResult = Readonly<{
  cells: readonly CellResult[];
  takeovers: readonly Takeover[];
  /** What no cell is to blame for by itself: sums that differ, transactions that nobody ordered. */
  failures: readonly string[];
  disagreements: readonly Disagreement[];
  unexplained: number;
}>;

export type Trial = Readonly<{
  /** Whether take-overs by a reactor that stands by are measured too. */
  takeovers: boolean;
  say: (line: string) => void;
}>;

type Tried = Readonly<{ cell: Cell; payment: CellPayment; death: Death }>;

const READY_WITHIN_MS = 60_000;
const ALL_END_WITHIN_MS = 180_000;
/** Payments that are on their way to their gates together: each is watched by a query of its own. */
const AT_ONCE = 16;
/** Whole pesos; what reactor/config.ts has when nothing is said. */
const FIRST_ALLOWANCE = 10_000_000;

/** Runs these cells on one system: their payments brought to their gates, then kill after kill, then the books. */
export async function certifySystem(
  system: System,
  cells: readonly Cell[],
  { takeovers: wantsTakeovers, say }: Trial,
): Promise<SystemResult> {
  const { pool } = system.database;
  const startedMs = performance.now();
  const atS = () => Math.round((performance.now() - startedMs) / 1_000);
  const payments = await prepare(system, cells);
  say(`${system.shape}: ${payments.length} payments wait for their kill`);

  const tried: Tried[] = [];
  let allowancePesos = FIRST_ALLOWANCE;
  for (const [index, cell] of cells.entries()) {
    const payment = payments[index];
    if (payment === undefined) throw new Error(`${cellName(cell)} has no payment.`);
    // An allowance is approved when less than half of it is left: a greater one is asked for.
    if (cell.action === "approve") allowancePesos *= 3;
    const death = await killAt(system, cell, payment, { ALLOWANCE_PESOS: String(allowancePesos) });
    tried.push({ cell, payment, death });
    say(
      `${atS()} s ${system.shape} ${index + 1}/${cells.length} ${cellName(cell)}${death.failure ? `: ${death.failure}` : ""}`,
    );
    await settleDisputes(pool, disputesOf(tried));
  }
  const env = { ALLOWANCE_PESOS: String(allowancePesos) };
  await system.startStandby(env);
  const { takeovers, travelled } = wantsTakeovers
    ? await takeOvers(system, env, cells.length, say)
    : { takeovers: [], travelled: [] };
  const ended = await waitForEnds(
    system,
    tried,
    travelled.map(({ id }) => id),
  );
  const disagreements = await compareBooks(system, [
    ...tried.map(({ cell, payment }) => ({ ...payment, ...endOf(cell) })),
    ...travelled.map((payment) => ({ ...payment, stage: "paid" as const })),
  ]);
  const second = await unjustifiedCalls(system);
  const strange = await unexplainedTransactions(system);

  const results = await Promise.all(
    tried.map(async ({ cell, payment, death }): Promise<CellResult> => {
      const wanted = endOf(cell).status;
      const status = ended.get(payment.id);
      return {
        cell,
        failures: [
          ...(death.failure === null ? [] : [death.failure]),
          ...(status === wanted ? [] : [`payment ${payment.id} is ${status}, not ${wanted}`]),
          ...disagreements.filter((one) => one.payments.includes(payment.id)).map(inWords),
          ...second.filter(({ paymentId }) => paymentId === payment.id).map(({ failure }) => failure),
        ],
        resumedAfterMs: await resumedAfterMs(pool, payment.id, death.killedAtMs),
      };
    }),
  );
  const known = new Set(tried.map(({ payment }) => payment.id));
  return {
    cells: results,
    takeovers,
    disagreements,
    unexplained: strange + disagreements.filter(({ payments: of }) => of.length === 0).length,
    failures: [
      ...disagreements.filter(({ payments: of }) => !of.some((id) => known.has(id))).map(inWords),
      ...(strange === 0 ? [] : [`${strange} transactions of the bridge wallet are not explained`]),
    ],
  };
}

/** Creates every cell's payment and brings it to its gate, by a reactor that nobody kills. */
async function prepare(system: System, cells: readonly Cell[]): Promise<readonly CellPayment[]> {
  const reactor = await system.launchReactor({});
  await waitUntilReady(reactor, READY_WITHIN_MS, () => answers(`${system.apiUrl}/ready`));
  await keepWorkLog(system.database.pool);
  const atOnce = pLimit(AT_ONCE);
  const payments = await Promise.all(
    cells.map((cell, index) =>
      atOnce(async () => {
        const size = cell.outcome === "refused" ? "small" : "ordinary";
        const payment = await createCellPayment(system, system.apiUrl, index, size);
        await bringToGate(system, cell, payment);
        return payment;
      }),
    ),
  );
  await reactor.stop();
  return payments;
}

const disputesOf = (tried: readonly Tried[]) =>
  tried.filter(({ cell }) => cell.action === "dispute").map(({ payment }) => payment.id);

/** Waits until every payment has ended. @returns each one's status then, or when the time was over. */
async function waitForEnds(
  { database: { pool } }: System,
  tried: readonly Tried[],
  others: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const wanted = new Map([
    ...tried.map(({ cell, payment }) => [payment.id, endOf(cell).status] as const),
    ...others.map((id) => [id, "completed"] as const),
  ]);
  const read = async () => {
    await settleDisputes(pool, disputesOf(tried));
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

const inWords = ({ what, wanted, found }: Disagreement) => `${what}: ${found} instead of ${wanted}`;
