import { expect, test } from "vitest";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { until } from "../../bin/stack/until.ts";
import type { CreatedPayment } from "../journeys/support/createPayment.ts";
import { untilEvent } from "../journeys/support/untilEvent.ts";
import { cannotEstimate, faultyChain, HONEST } from "./support/faultyChain.ts";
import { legOf } from "./support/legs.ts";

const chain = await faultyChain();
const { system, pool, api, node, token, receiptOf, setFault, paidBy, allPaidOnce, untilCustody } = chain;

test("MXNB's issuer freezes the escrow, then Juno's wallet: the payment says why at each, and goes on when it may", async () => {
  setFault(cannotEstimate);
  const payments = await paidBy(["6000.00"]);
  const [payment] = payments as [CreatedPayment];
  await untilCustody(payment, "bridged", "node_unreachable");
  await token("blacklist", [system.contracts.escrow]);
  setFault(HONEST);
  await untilCustody(payment, "bridged", "blacklisted");
  await token("unBlacklist", [system.contracts.escrow]);
  await untilCustody(payment, "securing");
  setFault(cannotEstimate);
  await untilCustody(payment, "releasing", "node_unreachable");
  await token("blacklist", [system.contracts.escrow]);
  await token("blacklist", [localAccounts().juno.address]);
  setFault(HONEST);
  await untilCustody(payment, "releasing", "blacklisted");
  await token("unBlacklist", [system.contracts.escrow]);
  await untilCustody(payment, "returning", "blacklisted");
  await token("unBlacklist", [localAccounts().juno.address]);
  await allPaidOnce(payments);
}, 240_000);

test("a release that reverts after its simulation passed: review, the money stays in the escrow, nothing is paid", async () => {
  setFault(cannotEstimate);
  const [payment] = (await paidBy(["6100.00"])) as [CreatedPayment];
  await untilCustody(payment, "bridged", "node_unreachable");
  setFault(HONEST);
  await untilCustody(payment, "securing");
  setFault(cannotEstimate);
  await untilCustody(payment, "releasing", "node_unreachable");
  const { smart_contract_escrow_id: escrowId } = await api.payment(payment.id);

  // It waits in the pool, which loses it; it comes again, as it was, to a chain on which MXNB is paused.
  await node.setIntervalMining({ interval: 0 });
  setFault(HONEST);
  const hash = await until("the release in the pool", 30_000, async () => {
    const { rows } = await pool.query<{ hash: `0x${string}` }>(
      `select hash from kustodia.chain_transaction sent join kustodia.leg on leg.id = leg_id
       where action = 'release' and payment_id = $1 and sent.state = 'sent'`,
      [payment.id],
    );
    return rows[0]?.hash;
  });
  await node.dropTransaction({ hash });
  await node.setIntervalMining({ interval: 1 });
  await token("pause");

  const { data } = await untilEvent(pool, "en_revision", 90_000, ({ paymentId }) => paymentId === payment.id);
  expect(data.why).toContain("reverted");
  expect(await legOf(pool, payment.id, "custody")).toMatchObject({ state: "review", reviewFrom: "releasing" });
  for (const process of ["custodies", "payouts", "sync"] as const) await api.trigger(process);
  expect(await receiptOf(hash)).toMatchObject({ status: "reverted" });
  const [, , , , , , status] = await node.readContract({
    abi: kustodiaEscrowAbi,
    address: system.contracts.escrow,
    functionName: "escrows",
    args: [BigInt(escrowId ?? "")],
  });
  const FUNDED = 1;
  expect(status).toBe(FUNDED);
  const { spei_out } = await readBankBooks(system.sandbox);
  expect(spei_out.filter(({ amount }) => amount === payment.amountCentavos)).toEqual([]);
}, 240_000);
