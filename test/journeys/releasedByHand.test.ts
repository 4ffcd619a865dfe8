import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, expect, test } from "vitest";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { readChainBooks } from "../../bin/audit/chainBooks.ts";
import { movementsOf } from "../../bin/audit/ledger.ts";
import { liftByTwo } from "../../bin/operate/liftByTwo.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import type { RunningReactor } from "../../bin/stack/startReactor.ts";
import { until } from "../../bin/stack/until.ts";
import { apiOf } from "./support/api.ts";
import { createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { untilEvent } from "./support/untilEvent.ts";
import { untilStatus } from "./support/untilStatus.ts";

const STEP_MS = 60_000;
/** Long enough to get into custody on a busy machine, since the hand must be faster than its end. */
const CUSTODY_MS = 14_000;
const LONG_CUSTODY_MS = 60 * 60_000;
/** How long after the end of a custody nothing may have happened by itself. */
const QUIET_MS = 3_000;

const system = await freshJourney({ reactorEnv: { TIMERS: "off" } }, [
  "escrow_by_hand 1500.00",
  "escrow_by_hand 2500.00",
]);
const { pool } = system.database;
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);
const node = createPublicClient({ transport: http(system.anvil.rpcUrl), pollingInterval: 100 });

/** Somebody who has the bridge's key releases an escrow with a tool of their own. @returns the transaction's hash. */
async function releaseByHand(escrowId: string | null): Promise<string> {
  const { bridge } = localAccounts();
  const hands = createWalletClient({
    account: privateKeyToAccount(bridge.privateKey),
    transport: http(system.anvil.rpcUrl),
  });
  const hash = await hands.writeContract({
    abi: kustodiaEscrowAbi,
    address: system.contracts.escrow,
    functionName: "release",
    args: [BigInt(escrowId ?? "")],
    chain: null,
  });
  const receipt = await node.waitForTransactionReceipt({ hash });
  expect(receipt.status).toBe("success");
  return hash;
}

async function inCustody(amount: string, custodyMs: number) {
  const payment = await createPayment(api, { amount, customer: `comprador ${amount}`, custodyMs });
  await payDeposit(system.sandbox, payment);
  const { smart_contract_escrow_id: escrowId, custody_end } = await untilStatus(api, payment.id, "active");
  return { ...payment, escrowId, custodyEndMs: Date.parse(custody_end) };
}

/** Whether money may leave, as the status page tells it. */
async function outgoing(from: RunningReactor): Promise<{ stopped: boolean; why: string | null }> {
  const response = await fetch(`${from.url}/api/automation/status`);
  return ((await response.json()) as { outgoing: { stopped: boolean; why: string | null } }).outgoing;
}

test("an escrow released by hand: review, nothing is paid by itself, and a nonce that was used up by hand stops all outgoing money", async () => {
  const untouched = await inCustody("2500.00", LONG_CUSTODY_MS);
  const released = await inCustody("1500.00", CUSTODY_MS);
  const nonce = await node.getTransactionCount({ address: localAccounts().bridge.address });

  const hash = await releaseByHand(released.escrowId);
  const foreign = await untilEvent(pool, "evento_ajeno", STEP_MS);
  expect(foreign).toMatchObject({ paymentId: released.id, data: { tx_hash: hash, log: "EscrowReleased" } });
  expect((await api.payment(released.id)).status).toBe("review");

  await sleep(Math.max(0, released.custodyEndMs - Date.now()) + QUIET_MS);
  for (const process of ["custodies", "payouts", "sync"] as const) await api.trigger(process);
  await sleep(QUIET_MS);
  const view = await api.payment(released.id);
  expect(view.status).toBe("review");
  expect(view.legs.map(({ kind, state, review_from }) => [kind, state, review_from])).toEqual([
    ["deposit", "issued", null],
    ["custody", "review", "active"],
    ["payout", "waiting", null],
  ]);
  const bank = await readBankBooks(system.sandbox);
  expect(bank.orders.map(({ type }) => type).sort()).toEqual([
    "CRYPTO_WITHDRAWAL",
    "CRYPTO_WITHDRAWAL",
    "ISSUANCE",
    "ISSUANCE",
  ]);
  expect(bank.spei_out).toEqual([]);
  // Ours says what we did, the chain what was done: the difference is what the person in review has to explain.
  expect((await movementsOf(pool, released.id)).at(-1)).toMatchObject({
    from: "bridge",
    to: "escrow",
    state: "posted",
  });
  const chain = await readChainBooks(system);
  expect(chain.held).toMatchObject({ bridge: 1_500_000_000n, escrow: 2_500_000_000n });

  // Our next call takes the nonce that the hand has used: it must neither be sent again nor be skipped, and be told.
  const later = await createPayment(api, { amount: "700.00", customer: "comprador posterior" });
  await payDeposit(system.sandbox, later);
  const stopped = await untilEvent(pool, "interruptor_activado", STEP_MS);
  expect(stopped.es).toContain(`nonce ${nonce}`);
  expect(await outgoing(reactor)).toEqual({ stopped: true, why: expect.stringContaining(`nonce ${nonce}`) });
  const given = await until("the call at a used nonce, given up", STEP_MS, async () => {
    const seen = await api.payment(later.id);
    return seen.transactions.at(0)?.state === "lost" ? seen : undefined;
  });
  const { transactions, legs } = given;
  expect(transactions).toEqual([{ action: "createEscrow", hash: expect.any(String), state: "lost", nonce }]);
  expect(legs.find(({ kind }) => kind === "custody")).toMatchObject({ state: "bridged" });
  expect(await node.getTransactionCount({ address: localAccounts().bridge.address })).toBe(nonce + 1);

  const afterIt = await createPayment(api, { amount: "800.00", customer: "comprador último" });
  await payDeposit(system.sandbox, afterIt);
  await until("a payment held up by the switch", STEP_MS, async () => {
    const custody = (await api.payment(afterIt.id)).legs.find(({ kind }) => kind === "custody");
    return custody?.state === "withdrawing" && custody.reason === "killed" ? true : undefined;
  });
  expect((await readBankBooks(system.sandbox)).orders.filter(({ type }) => type === "CRYPTO_WITHDRAWAL")).toHaveLength(
    3,
  );

  // The start fence: while nobody of ours is there, the hand acts again.
  await reactor.stop();
  const secondHash = await releaseByHand(untouched.escrowId);
  const second = await system.startReactor();
  const fence = await untilEvent(pool, "interruptor_activado", STEP_MS, ({ es }) => es !== stopped.es);
  expect(fence.es).toContain(`(${nonce + 2}) va adelante del nuestro (${nonce + 1})`);
  const { stopped: stays, why } = await outgoing(second);
  expect(stays).toBe(true);
  expect(why).toContain("va adelante del nuestro");
  await untilEvent(pool, "evento_ajeno", STEP_MS, ({ data }) => data.tx_hash === secondHash);
  expect((await apiOf(second, system).payment(untouched.id)).status).toBe("review");
  expect((await readBankBooks(system.sandbox)).spei_out).toEqual([]);

  // Two persons have looked. What was held up goes on, at nonces that are free; what was done by hand stays theirs.
  await liftByTwo(second, system, "liberación a mano, ya explicada");
  const onward = apiOf(second, system);
  for (const { id } of [later, afterIt]) await untilStatus(onward, id, "completed");
  expect((await onward.payment(later.id)).transactions.map(({ action, state }) => [action, state])).toContainEqual([
    "createEscrow",
    "lost",
  ]);
  expect((await readBankBooks(system.sandbox)).spei_out).toHaveLength(2);
  for (const { id } of [released, untouched]) expect((await onward.payment(id)).status).toBe("review");
}, 300_000);
