import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "../stack/supervise.ts";
import { type Cell, cellName } from "./cells.ts";
import type { CellPayment } from "./createCellPayment.ts";
import { clearFaults, setFault } from "./faults.ts";
import { openGate } from "./gates.ts";
import { killedAsMeant } from "./killedAsMeant.ts";
import type { System } from "./openSystem.ts";
import { plans } from "./plans.ts";

/** How a cell's reactor ended. */
export type Death = Readonly<{ killedAtMs: number; failure: string | null }>;

/** Generous: on a busy machine a reactor alone takes many seconds to start. */
const DIES_WITHIN_MS = 120_000;

/**
 * Starts a reactor that dies at the cell's point of the cell's payment, and lets the payment go there. This start is the
 * restart after the cell before: whatever died there is taken up by this one.
 */
export async function killAt(system: System, cell: Cell, payment: CellPayment): Promise<Death> {
  const { action, point } = cell;
  const target = action === "approve" ? "" : `:${await legOf(system, payment.id, plans[action].leg)}`;
  await setFault(system, cell, payment);
  await openGate(system, cell, payment);
  const reactor = await system.launchReactor({ CRASH_AT: `${action}:${point}${target}` });
  const strange = await deathOf(reactor, cell);
  const killedAtMs = Date.now();
  const failure = strange ?? (await killedAsMeant(system, cell, payment));
  await clearFaults(system);
  return { killedAtMs, failure };
}

/** Waits until it is gone. @returns why that was not its own kill -9 at the point, or null. */
async function deathOf(reactor: Child, cell: Cell): Promise<string | null> {
  const ended = await Promise.race([reactor.ended, sleep(DIES_WITHIN_MS, "too late" as const, { ref: false })]);
  if (ended === "too late") {
    await reactor.stop();
    return `${cellName(cell)} was not reached in ${DIES_WITHIN_MS / 1_000} s`;
  }
  if (ended.signal === "SIGKILL") return null;
  return `the reactor ended by itself, ${ended.signal ?? ended.code}: ${reactor.lastWords()}`;
}

async function legOf(system: System, paymentId: number, kind: string): Promise<number> {
  const { rows } = await system.database.pool.query<{ id: number }>(
    "select id from kustodia.leg where payment_id = $1 and kind = $2",
    [paymentId, kind],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error(`Payment ${paymentId} has no ${kind} leg.`);
  return id;
}
