import type pg from "pg";
import { deposit } from "../demo/api.ts";
import { until } from "../stack/until.ts";
import type { Cell } from "./cells.ts";
import type { CellPayment } from "./createCellPayment.ts";
import type { System } from "./openSystem.ts";
import { hold, rule } from "./operator.ts";
import { plans } from "./plans.ts";

const REACHED_WITHIN_MS = 120_000;

/** Brings a payment to where its cell's turn begins. A reactor without a crash point must be running. */
export async function bringToGate(system: System, { action }: Cell, payment: CellPayment): Promise<void> {
  const { gate } = plans[action];
  if (gate === "unpaid") return;
  const { pool } = system.database;
  await hold(pool, payment.id, true);
  await deposit(system.sandbox.url, { clabe: payment.depositClabe, amount: payment.amount });
  await untilState(pool, payment.id, "custody", ["active"]);
  if (gate === "disputed") {
    await rule(pool, payment.id, "dispute");
    await untilState(pool, payment.id, "custody", ["disputed"]);
  }
  if (gate === "ready") {
    await hold(pool, payment.id, false);
    await untilState(pool, payment.id, "custody", ["releasing", "returning", "crediting", "returned"]);
    await hold(pool, payment.id, true);
    await untilState(pool, payment.id, "payout", ["ready"]);
  }
}

/** Lets the payment go on to the action of its cell. */
export async function openGate(system: System, { action }: Cell, payment: CellPayment): Promise<void> {
  const { gate, ruling } = plans[action];
  const { pool } = system.database;
  if (gate === "unpaid") {
    await deposit(system.sandbox.url, { clabe: payment.depositClabe, amount: payment.amount });
    return;
  }
  // The decision first: a payment in custody that is let go would be released.
  if (ruling !== undefined) await rule(pool, payment.id, ruling);
  await hold(pool, payment.id, false);
}

/** What a payment still needs from a person after its cell's kill: a dispute that was recorded is decided for the seller. */
export async function settleDisputes(pool: pg.Pool, payments: readonly number[]): Promise<void> {
  const { rows } = await pool.query<{ id: number }>(
    `select payment_id as id from kustodia.leg
     where state = 'disputed' and payment_id = any($1)
       and not exists (select 1 from kustodia.ruling where leg_id = leg.id and carried_out_at is null)`,
    [payments],
  );
  for (const { id } of rows) await rule(pool, id, "seller");
}

async function untilState(pool: pg.Pool, paymentId: number, kind: string, states: readonly string[]): Promise<void> {
  const look = async () => {
    const { rows } = await pool.query<{ state: string }>(
      "select state from kustodia.leg where payment_id = $1 and kind = $2",
      [paymentId, kind],
    );
    return rows[0]?.state ?? "absent";
  };
  const reached = async () => (states.includes(await look()) ? true : undefined);
  await until(`payment ${paymentId} ${states[0]}`, REACHED_WITHIN_MS, reached, look);
}
