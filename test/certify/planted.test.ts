import { randomUUID } from "node:crypto";
import { createTestClient, encodeFunctionData, type Hex, http, publicActions, walletActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { readChainBooks } from "../../bin/audit/chainBooks.ts";
import { compareBooks } from "../../bin/audit/compareBooks.ts";
import { balanceOf, carriedBy } from "../../bin/audit/ledger.ts";
import { complaintsOf } from "../../bin/certify/figures.ts";
import { judgeCells, type Tried } from "../../bin/certify/judgeCells.ts";
import { unexplainedTransactions, unjustifiedCalls } from "../../bin/certify/secondCalls.ts";
import { deposit } from "../../bin/demo/api.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { until } from "../../bin/stack/until.ts";
import { type ChainCall, encodeCreateEscrow, encodeRelease, encodeReturn } from "../../reactor/chain/calls.ts";
import { createRedemption } from "../../reactor/juno/createRedemption.ts";
import { createWithdrawal } from "../../reactor/juno/createWithdrawal.ts";
import { listTransactions } from "../../reactor/juno/listTransactions.ts";
import { anvilChain } from "../harness/anvilChain.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { apiOf } from "../journeys/support/api.ts";
import { type CreatedPayment, createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { junoClientFor } from "../juno/hostileBank.ts";

/**
 * A certificate is worth as much as what makes it fail. Each harm is done outside, on real parts, to a payment that went
 * well, and the cell of that payment must fail by name. The harms stay, so each test looks for its own.
 */
const system = await freshSystem({
  anvil: { blockTimeS: 1, mixedMining: true, slotsInAnEpoch: 1 },
  reactorEnv: { TIMERS: "off" },
});
afterAll(() => system.close());
const { pool } = system.database;
const { bridge, juno, deployer } = localAccounts();
const chain = { ...system.contracts, bridge: bridge.address, junoWallet: juno.address };
/** Somebody else who looks at the bank's list, as the tripwire does. */
const { client: onlooker } = junoClientFor(system.sandbox.url, system.tripwireKey);
const { client: bank } = junoClientFor(system.sandbox.url, {
  ...system.bankKey,
  // Above every nonce of the reactor, which has ended.
  nextNonce: (() => {
    let nonce = BigInt(Date.now()) + 3_600_000n;
    return async () => ++nonce;
  })(),
});
let payments: readonly CreatedPayment[] = [];

beforeAll(async () => {
  const reactor = await system.startReactor();
  const api = apiOf(reactor, system);
  payments = await Promise.all(
    ["1001.00", "1002.00", "1003.00", "1004.00", "1005.00", "1006.00"].map((amount, index) =>
      createPayment(api, {
        amount,
        customer: `cliente-${index}`,
        custodyMs: 3_000,
        payoutClabe: CLABE_OF[index] ?? "",
      }),
    ),
  );
  for (const payment of payments) await payDeposit(system.sandbox, payment);
  // Somebody else's money: what the bank pays a second time must come from somewhere.
  await deposit(system.sandbox.url, { clabe: payment(5).depositClabe, amount: "9999.00" });
  for (const { id } of payments) await untilStatus(api, id, "completed");
  await until("the others' money on the list", 30_000, async () =>
    (await balanceOf(pool, "suspense")) > 0n ? true : undefined,
  );
  await reactor.stop();
  expect(await complaints()).toEqual([]);
}, 240_000);

/** Six accounts, so that no two payments share one. */
const CLABE_OF = [
  "072180000000000013",
  "072180000000000026",
  "072180000000000039",
  "072180000000000042",
  "072180000000000055",
  "072180000000000068",
];

/** What the certificate says of these payments, had each been a cell. */
async function complaints(): Promise<readonly string[]> {
  const tried = payments.map((payment): Tried => {
    const cell = { action: "redeem", point: "after_commit", outcome: "ok" } as const;
    const refund = { payoutClabe: "", recipient: "" };
    return { cell, payment: { ...payment, refund }, death: { killedAtMs: 0, failure: null }, resumedAfterMs: 1 };
  });
  const disagreements = await compareBooks(
    system,
    payments.map((payment) => ({ ...payment, stage: "paid" })),
  );
  const statuses = new Map(payments.map(({ id }) => [id, "completed"]));
  const { cells, failures } = judgeCells(tried, {
    statuses,
    disagreements,
    unjustified: await unjustifiedCalls(system),
  });
  const strange = await unexplainedTransactions(system);
  const named = cells.map((one, index) => ({
    ...one,
    failures: one.failures.map((failure) => `payment ${payments[index]?.id}: ${failure}`),
  }));
  return complaintsOf([
    {
      cells: named,
      failures: [...failures, ...(strange ? ["strange"] : [])],
      disagreements,
      unexplained: strange,
      takeovers: [],
      detections: [],
    },
  ]);
}

/** The whole sentence in which a cell fails by the payment's name, with these words in it. */
const cellFails = (payment: CreatedPayment, words: string) =>
  expect.arrayContaining([
    expect.stringMatching(new RegExp(`^redeem · after_commit · ok: payment ${payment.id}: .*${words}`)),
  ]);

function payment(index: number): CreatedPayment {
  const found = payments[index];
  if (found === undefined) throw new Error(`There is no payment ${index}.`);
  return found;
}

const node = createTestClient({ mode: "anvil", chain: anvilChain, transport: http(system.anvil.rpcUrl), cacheTime: 0 })
  .extend(publicActions)
  .extend(walletActions);

async function send(key: Hex, { to, data }: Pick<ChainCall, "to" | "data">): Promise<void> {
  const hash = await node.sendTransaction({ account: privateKeyToAccount(key), to, data });
  const { status } = await node.waitForTransactionReceipt({ hash, timeout: 30_000 });
  expect(status).toBe("success");
}

const withdrawTwice = ({ amountCentavos }: CreatedPayment, idempotencyKey: string) =>
  createWithdrawal(bank, { idempotencyKey, amountCentavos, address: bridge.address });

test("one centavo that left Juno's wallet: no cell is to blame, and the whole certificate fails by the two books", async () => {
  const data = encodeFunctionData({ abi: mxnbAbi, functionName: "transfer", args: [deployer.address, 10_000n] });
  await send(juno.privateKey, { to: chain.mxnb, data });
  expect(await complaints()).toEqual([expect.stringMatching(/^our ledger and the chain: .* instead of /)]);
});

test("one centavo less in our own books", async () => {
  await withoutTriggers(
    pool,
    `update kustodia.transfer set amount_centavos = transfer.amount_centavos - 1 from kustodia.leg
     where leg.id = leg_id and payment_id = $1 and from_place = 'escrow'`,
    [payment(0).id],
  );
  expect(await complaints()).toEqual(cellFails(payment(0), `movements of payment ${payment(0).id}: `));
});

test("a second payout in the bank's books", async () => {
  const { id, amountCentavos } = payment(1);
  const bankAccountId = await carriedBy(pool, id, "payout", "bankAccountId");
  const again = { idempotencyKey: randomUUID(), amountCentavos, bankAccountId };
  expect(await createRedemption(bank, again)).toMatchObject({ outcome: "done" });
  expect(await complaints()).toEqual(cellFails(payment(1), "payouts to one CLABE: 2 × .* instead of 1 ×"));
});

test("a second withdrawal, a second escrow, a second release, and a second return to Juno", async () => {
  const doubled = payment(2);
  expect(await withdrawTwice(doubled, randomUUID())).toMatchObject({ outcome: "done" });
  expect(await complaints()).toEqual(cellFails(doubled, "withdrawals that the bank made: 2 × .* instead of 1 ×"));

  const { escrows } = await readChainBooks(system);
  const escrow = escrows.find(({ conditions }) => conditions.endsWith(`:${doubled.id}`));
  if (escrow === undefined) throw new Error(`Payment ${doubled.id} has no escrow.`);
  const { id, amountBaseUnits, vertical, conditions, clabe: clabeReference } = escrow;
  const [payer, payee] = [bridge.address, bridge.address];
  const deadlineUnixS = Math.ceil(Date.now() / 1_000) + 86_400;
  const terms = { payer, payee, amountBaseUnits, deadlineUnixS, vertical, clabeReference, conditions };
  await send(bridge.privateKey, encodeCreateEscrow(chain, terms));
  expect(await complaints()).toEqual(cellFails(doubled, "escrows of one payment: 2 × .* instead of 1 ×"));

  const second = (await readChainBooks(system)).escrows.find((one) => one.conditions === conditions && one.id !== id);
  const escrowId = BigInt(second?.id ?? -1);
  await send(bridge.privateKey, encodeRelease(chain, { escrowId }));
  expect(await complaints()).toEqual(cellFails(doubled, "releases of one payment: 2 × .* instead of 1 ×"));

  await send(bridge.privateKey, encodeReturn(chain, { amountBaseUnits }));
  expect(await complaints()).toEqual(cellFails(doubled, "returns to Juno: 2 × .* instead of 1 ×"));
  // Three transactions of our wallet, and not one of our rows explains them.
  expect(await unexplainedTransactions(system)).toBe(3);
});

test("an order repeated under its own key without a look at the bank's list, though the bank took it for the same one", async () => {
  const { rows } = await pool.query<{ key: string }>(
    "select key from kustodia.attempt join kustodia.leg on leg.id = leg_id where payment_id = $1 and action = 'withdraw'",
    [payment(3).id],
  );
  const key = rows[0]?.key ?? "";
  await withdrawTwice(payment(3), key);
  // Another one's look between the two is no evidence of ours.
  expect(await listTransactions(onlooker, { createdSinceMs: 0 })).toMatchObject({ outcome: "done" });
  await withdrawTwice(payment(3), key);
  expect(await complaints()).toEqual(cellFails(payment(3), "withdraw was repeated without a look at the bank's list"));
});

test("an order under a second key, and a call with a second nonce", async () => {
  await pool.query(
    `insert into kustodia.attempt (leg_id, action, generation, number, key, amount_centavos, sent_at, outcome)
     select leg_id, action, attempt.generation, number + 1, $2, attempt.amount_centavos, sent_at, 'unknown'
     from kustodia.attempt join kustodia.leg on leg.id = leg_id where payment_id = $1 and action = 'redeem'`,
    [payment(4).id, randomUUID()],
  );
  expect(await complaints()).toEqual(cellFails(payment(4), "redeem went out under 2 keys"));
  await pool.query(
    `update kustodia.chain_transaction set action = 'release' from kustodia.leg
     where leg.id = leg_id and payment_id = $1 and action = 'createEscrow'`,
    [payment(4).id],
  );
  expect(await complaints()).toEqual(cellFails(payment(4), "release took 2 nonces"));
});

test("and the payment that nothing was done to has passed all the while", async () => {
  expect((await complaints()).filter((complaint) => complaint.includes(`payment ${payment(5).id}: `))).toEqual([]);
});
