import { test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { until } from "../../bin/stack/until.ts";
import type { CreatedPayment } from "../journeys/support/createPayment.ts";
import { cannotEstimate, cannotReturn, faultyChain, forgetful, HONEST } from "./support/faultyChain.ts";
import { untilLeg } from "./support/legs.ts";
import { SETTLED_BLOCKS_BACK, SETTLED_MS, vanishing } from "./support/vanishing.ts";

/*
 * What a leg moved on by is taken from the chain again, for good: deeper than CONFIRMATIONS (0 here), above the settled
 * head, and nothing brings it back.
 */

const chain = await faultyChain({ settledBlocksBack: SETTLED_BLOCKS_BACK });
const { system, pool, setFault, paidBy, untilCustody } = chain;
const { blocks, undoWatched, breakOf, heals, neverPaid, fundingVanishes } = vanishing(chain);

test("the release, and nothing sends it again: break, review, no payout; when it is mined after all the break heals, and the person stays asked", async () => {
  setFault(cannotReturn);
  const [payment] = (await paidBy(["3100.00"], 1_000)) as [CreatedPayment];
  await untilLeg(pool, payment.id, "custody", ({ reason }) => reason === "node_unreachable", SETTLED_MS);
  setFault(forgetful);
  await undoWatched(payment);
  const number = await breakOf(payment, "returning");
  await neverPaid(payment);

  setFault(HONEST);
  await heals(payment, number);
}, 300_000);

test("the return, which the bank has credited: break, review, no payout", async () => {
  const [payment] = (await paidBy(["3200.00"], 1_000)) as [CreatedPayment];
  await untilLeg(pool, payment.id, "custody", ({ state }) => state === "crediting", SETTLED_MS);
  await until("the bank's credit", 20_000, async () => {
    const { orders } = await readBankBooks(system.sandbox);
    const credited = orders.some((one) => one.type === "CRYPTO_DEPOSIT" && one.amount === payment.amountCentavos);
    return credited ? true : undefined;
  });
  setFault(forgetful);
  await undoWatched(payment);
  await breakOf(payment, "crediting");
  await neverPaid(payment);
  setFault(HONEST);
}, 300_000);

test(
  "the escrow's creation together with its funding: break, review, never in custody; mined after all the break heals",
  () => fundingVanishes("3300.00"),
  300_000,
);

test("the withdrawal's Transfer, after the escrow was funded out of other people's MXNB: break, review, never in custody", async () => {
  setFault(cannotEstimate);
  // The first one's MXNB are on the bridge, deeper than the reorg, and pay for the second one's escrow.
  const [first] = (await paidBy(["3000.00"], 60 * 60_000)) as [CreatedPayment];
  await untilCustody(first, "bridged");
  await blocks(3);
  const [second] = (await paidBy(["3000.00"], 1_000)) as [CreatedPayment];
  await untilCustody(second, "bridged");
  await undoWatched(second);
  await pool.query("update kustodia.payment set held = true where id = $1", [first.id]);
  setFault(HONEST);
  const number = await breakOf(second, "bridged|securing");
  await neverPaid(second);
  // The bank, started anew, sends its bytes again.
  await system.sandbox.stop();
  await system.restartSandbox();
  await heals(second, number);
}, 300_000);
