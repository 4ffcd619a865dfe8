import type pg from "pg";
import type { Cell } from "./cells.ts";
import type { CellPayment } from "./createCellPayment.ts";
import { faultHasStruck } from "./faults.ts";
import type { System } from "./openSystem.ts";
import { plans } from "./plans.ts";
import { receivedRequests } from "./receivedRequests.ts";

/**
 * Whether a cell's reactor died where the cell says, by what stands outside and in the database while nobody runs: its
 * fault had struck, its call had left, and no more and no less was stored.
 * @returns what was otherwise, in a sentence; null if all was as meant.
 */
export async function killedAsMeant(system: System, cell: Cell, payment: CellPayment): Promise<string | null> {
  const stored = await storedOf(system.database.pool, cell, payment);
  const wanted = storedAt(cell);
  if (!wanted.includes(stored)) return `it died with its ${cell.action} ${stored}, not ${wanted.join(" or ")}`;
  if (cell.outcome !== "ok" && !(await faultHasStruck(system, cell)))
    return `its fault struck nothing before it died: the outcome was not ${cell.outcome}`;
  if (cell.point === "before_reply" && !(await callHasLeft(system, cell, payment)))
    return "it died before its call had reached anybody";
  return null;
}

type Stored = "nothing" | "pending" | "done" | "refused" | "unknown" | "reserved" | "signed" | "sent";

/** What of the order must be stored at its death. Of a call to the chain it is the transaction that tells. */
function storedAt({ action, point, outcome }: Cell): readonly Stored[] {
  if (point === "before_intent") return ["nothing"];
  if (plans[action].rail === "bank") {
    if (point !== "after_commit") return ["pending"];
    return [outcome === "ok" ? "done" : outcome === "refused" ? "refused" : "unknown"];
  }
  if (point === "after_commit") return ["sent"];
  // The lane works beside the step: it may have signed what the step has just stored.
  return point === "after_intent" ? ["reserved", "signed"] : ["signed"];
}

async function storedOf(pool: pg.Pool, { action }: Cell, payment: CellPayment): Promise<Stored> {
  const table =
    plans[action].rail === "bank"
      ? "select attempt.id, outcome as stored, leg_id, action from kustodia.attempt"
      : "select id, state as stored, leg_id, action from kustodia.chain_transaction";
  const { rows } = await pool.query<{ stored: Stored }>(
    `select stored from (${table}) each left join kustodia.leg on leg.id = leg_id
     where action = $1 and (payment_id = $2 or payment_id is null) order by each.id desc limit 1`,
    [action, payment.id],
  );
  const stored = rows[0]?.stored ?? "nothing";
  // The allowances before this one: a new one is ordered only when none is on its way.
  return action === "approve" && !ON_ITS_WAY.includes(stored) ? "nothing" : stored;
}

const ON_ITS_WAY: readonly Stored[] = ["reserved", "signed", "sent"];

/** A registration has no key: its payee's account tells it. */
async function callHasLeft(system: System, { action }: Cell, payment: CellPayment): Promise<boolean> {
  const { rail, call } = plans[action];
  if (rail !== "bank") return system.hasReachedNode(await hashOf(system.database.pool, action, payment));
  const { rows } = await system.database.pool.query<{ key: string }>(
    "select key from kustodia.attempt join kustodia.leg on leg.id = leg_id where action = $1 and payment_id = $2",
    [action, payment.id],
  );
  const keys = rows.map(({ key }) => key);
  return (await receivedRequests(system.sandbox)).some(
    ({ method, path, idempotencyKey = "", body = "" }) =>
      `${method} ${path}` === call && (keys.includes(idempotencyKey) || body.includes(payment.payoutClabe)),
  );
}

async function hashOf(pool: pg.Pool, action: string, payment: CellPayment): Promise<string | null> {
  const { rows } = await pool.query<{ hash: string | null }>(
    `select hash from kustodia.chain_transaction left join kustodia.leg on leg.id = leg_id
     where action = $1 and (payment_id = $2 or payment_id is null) order by chain_transaction.id desc limit 1`,
    [action, payment.id],
  );
  return rows[0]?.hash ?? null;
}
