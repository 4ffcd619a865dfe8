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
  const order = await orderOf(system.database.pool, cell, payment);
  const { stored } = order;
  const wanted = storedAt(cell);
  if (!wanted.includes(stored)) return `it died with its ${cell.action} ${stored}, not ${wanted.join(" or ")}`;
  if (cell.outcome !== "ok" && !(await faultHasStruck(system, cell)))
    return `its fault struck nothing before it died: the outcome was not ${cell.outcome}`;
  if (cell.point === "before_reply" && !(await callHasLeft(system, cell, order, payment)))
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

type Order = Readonly<{ stored: Stored; key: string | null; hash: string | null }>;

/** The newest order of the cell's action, as it is stored: to the bank with its key, to the chain with its hash once signed. */
async function orderOf(pool: pg.Pool, { action }: Cell, payment: CellPayment): Promise<Order> {
  const table =
    plans[action].rail === "bank"
      ? "select id, outcome as stored, key, null as hash, leg_id, action from kustodia.attempt"
      : "select id, state as stored, null as key, hash, leg_id, action from kustodia.chain_transaction";
  const { rows } = await pool.query<Order>(
    `select stored, key, hash from (${table}) each left join kustodia.leg on leg.id = leg_id
     where action = $1 and (payment_id = $2 or payment_id is null) order by each.id desc limit 1`,
    [action, payment.id],
  );
  const order = rows[0] ?? { stored: "nothing", key: null, hash: null };
  // The allowances before this one: a new one is ordered only when none is on its way.
  return action === "approve" && !ON_ITS_WAY.includes(order.stored) ? { ...order, stored: "nothing" } : order;
}

const ON_ITS_WAY: readonly Stored[] = ["reserved", "signed", "sent"];

/** A registration has no key that the bank knows: its payee's account tells it. */
async function callHasLeft(system: System, { action }: Cell, order: Order, payment: CellPayment): Promise<boolean> {
  const { rail, call } = plans[action];
  if (rail !== "bank") return system.hasReachedNode(order.hash);
  return (await receivedRequests(system.sandbox)).some(
    ({ method, path, idempotencyKey, body = "" }) =>
      `${method} ${path}` === call && (idempotencyKey === order.key || body.includes(payment.payoutClabe)),
  );
}
