import { expect, test } from "vitest";
import { hold, rule } from "../../bin/certify/operator.ts";
import type { CreatedPayment } from "../journeys/support/createPayment.ts";
import { cannotReturn, faultyChain, forgetful, HONEST } from "./support/faultyChain.ts";
import { untilLeg } from "./support/legs.ts";
import { SETTLED_BLOCKS_BACK, SETTLED_MS, vanishing } from "./support/vanishing.ts";

/*
 * A dispute and its ruling for the seller move no tokens: a leg goes on by the escrow's own word alone, and that is taken
 * from the chain again, for good, at a depth of a block or of many (CONFIRMATIONS are 0 here).
 */

const chain = await faultyChain({ settledBlocksBack: SETTLED_BLOCKS_BACK });
const { pool, setFault, paidBy, untilCustody } = chain;
const { blocks, undoWatched, breakOf, heals, neverPaid } = vanishing(chain);
const DEEP = 8;

// Held, so that none is released meanwhile: each custody would end a second after it has begun.
const payments = await paidBy(["3300.00", "3400.00", "3500.00"], 1_000);
const [disputed, forSeller, forBuyer] = payments as [CreatedPayment, CreatedPayment, CreatedPayment];
for (const { id } of payments) await hold(pool, id, true);
for (const { id } of payments) await untilLeg(pool, id, "custody", ({ state }) => state === "active", SETTLED_MS);

async function broken(payment: CreatedPayment, states: string): Promise<void> {
  setFault(forgetful);
  await undoWatched(payment);
  const number = await breakOf(payment, states);
  await hold(pool, payment.id, false);
  await neverPaid(payment);
  setFault(HONEST);
  await heals(payment, number);
}

test("the dispute, a block deep: break, review, no payout; it is sent again and heals, and the person stays asked", async () => {
  await rule(pool, disputed.id, "dispute");
  await untilCustody(disputed, "disputed");
  await broken(disputed, "disputed");
}, 300_000);

test("the ruling for the seller, many blocks deep: break, review, no payout, though custody is over", async () => {
  await rule(pool, forSeller.id, "dispute");
  await untilCustody(forSeller, "disputed");
  await rule(pool, forSeller.id, "seller");
  await untilCustody(forSeller, "active");
  await blocks(DEEP);
  await broken(forSeller, "active");
  const { rows } = await pool.query("select source from kustodia.break where payment_id = $1", [forSeller.id]);
  expect(rows).toEqual([{ source: "escrow_log" }]);
}, 300_000);

test("the ruling for the buyer, whose tokens came back with it: break, review, nothing is sent on", async () => {
  setFault(cannotReturn);
  await rule(pool, forBuyer.id, "dispute");
  await untilCustody(forBuyer, "disputed");
  await rule(pool, forBuyer.id, "buyer");
  await untilCustody(forBuyer, "returning", "node_unreachable");
  await broken(forBuyer, "returning");
}, 300_000);
