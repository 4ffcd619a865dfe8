import { randomUUID } from "node:crypto";
import { createPublicClient, createWalletClient, erc20Abi, http, parseEventLogs } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClabe } from "../../reactor/juno/createClabe.ts";
import { createRedemption } from "../../reactor/juno/createRedemption.ts";
import { createWithdrawal } from "../../reactor/juno/createWithdrawal.ts";
import { getBalances } from "../../reactor/juno/getBalances.ts";
import { getTransaction } from "../../reactor/juno/getTransaction.ts";
import { listBankAccounts } from "../../reactor/juno/listBankAccounts.ts";
import { listClabes } from "../../reactor/juno/listClabes.ts";
import { listRefunds } from "../../reactor/juno/listRefunds.ts";
import { listSpeiDeposits } from "../../reactor/juno/listSpeiDeposits.ts";
import { registerBankAccount } from "../../reactor/juno/registerBankAccount.ts";
import { registerWebhook } from "../../reactor/juno/registerWebhook.ts";
import { done, openSandboxBank, soon } from "./sandboxBank.ts";

// Two people read the same facts about Juno; one wrote this client, the other the sandbox, and neither saw the other's work.
// Where this file passes, they read the same.

const bank = await openSandboxBank();
afterAll(() => bank.close());
const { client, told, rpcUrl, mxnb, bridge, juno, sinceMs, doorbells, callbackUrl } = bank;
const { depositBySpei, turnDial, listed, ended } = bank;
const chain = createPublicClient({ transport: http(rpcUrl), pollingInterval: 50 });

const balance = async () => done(await getBalances(client)).mxnbAvailableBaseUnits;
const withdraw = (idempotencyKey: string, amountCentavos: bigint) =>
  createWithdrawal(client, { idempotencyKey, amountCentavos, address: bridge.address });

describe("one payment, from SPEI deposit to SPEI payout", () => {
  let clabe = "";
  let bankAccountId = "";

  beforeAll(async () => {
    expect(done(await registerWebhook(client, { callbackUrl }))).toMatchObject([{ callbackUrl, event: "TRANSACTION" }]);
    clabe = done(await createClabe(client)).clabe;
  });

  test("a CLABE that was created is listed", async () => {
    expect(done(await listClabes(client))).toContainEqual(expect.objectContaining({ clabe, enabled: true }));
  });

  test("a deposit is listed, becomes an issuance, and is in the balance", async () => {
    await depositBySpei(clabe, "2500.55");
    const [deposit] = done(await listSpeiDeposits(client, { sinceMs: sinceMs }));
    expect(deposit).toMatchObject({
      receiverClabe: clabe,
      amountCentavos: 250_055n,
      status: "complete",
      senderName: "K",
    });
    const [issuance] = await listed("ISSUANCE");
    expect(await ended(issuance?.id ?? "")).toMatchObject({
      type: "ISSUANCE",
      status: "COMPLETE",
      amountBaseUnits: 2_500_550_000n,
      currency: "MXN",
      receiverClabe: clabe,
      refunded: false,
      fiatId: deposit?.claveRastreo,
    });
    expect(await balance()).toBe(2_500_550_000n);
  });

  test("a withdrawal ends with a Transfer of that amount to the bridge; its key repeated is the same withdrawal", async () => {
    const key = randomUUID();
    const { id } = done(await withdraw(key, 250_055n));
    const withdrawal = await ended(id);
    expect(withdrawal).toMatchObject({
      type: "CRYPTO_WITHDRAWAL",
      status: "COMPLETE",
      amountBaseUnits: 2_500_550_000n,
      address: bridge.address.toLowerCase(),
    });
    const receipt = await chain.waitForTransactionReceipt({ hash: withdrawal.txHash ?? "0x" });
    const [transfer] = parseEventLogs({ abi: erc20Abi, eventName: "Transfer", logs: receipt.logs });
    expect(transfer?.args).toEqual({ from: juno.address, to: bridge.address, value: 2_500_550_000n });

    expect(done(await withdraw(key, 250_055n))).toEqual({ id, status: "COMPLETE" });
    expect(await listed("CRYPTO_WITHDRAWAL")).toHaveLength(1);
    expect(await balance()).toBe(0n);
  });

  test("tokens sent back are a crypto deposit with their hash", async () => {
    const account = privateKeyToAccount(bridge.privateKey);
    const wallet = createWalletClient({ account, transport: http(rpcUrl) });
    const args = [juno.address, 2_500_550_000n] as const;
    const sent = { abi: erc20Abi, address: mxnb, functionName: "transfer", args, chain: null } as const;
    const hash = await wallet.writeContract(sent);
    await soon(async () => expect(await balance()).toBe(2_500_550_000n));
    const [deposit] = await listed("CRYPTO_DEPOSIT");
    expect(await ended(deposit?.id ?? "")).toMatchObject({
      type: "CRYPTO_DEPOSIT",
      status: "COMPLETE",
      amountBaseUnits: 2_500_550_000n,
      txHash: hash,
    });
  });

  test("a registered bank account is listed", async () => {
    const account = {
      tag: "payment-81",
      recipientLegalName: "María Núñez",
      clabe: "032180000118359719",
      ownership: "THIRD_PARTY" as const,
    };
    bankAccountId = done(await registerBankAccount(client, account)).id;
    expect(done(await listBankAccounts(client))).toEqual([{ id: bankAccountId, ...account }]);
  });

  test("a redemption ends COMPLETE; its key repeated is the same redemption", async () => {
    const asked = { idempotencyKey: randomUUID(), amountCentavos: 150_055n, bankAccountId };
    const { id } = done(await createRedemption(client, asked));
    const paid = { type: "REDEMPTION", status: "COMPLETE", amountBaseUnits: 1_500_550_000n, bankAccountId };
    expect(await ended(id)).toMatchObject(paid);
    expect(done(await createRedemption(client, asked))).toEqual({ id, status: "COMPLETE" });
    expect(await listed("REDEMPTION")).toHaveLength(1);
    expect(await balance()).toBe(1_000_000_000n);
  });

  test("a redemption that fails is given back, by an entry that names it", async () => {
    await turnDial({ kind: "fail-with-refund", endpoint: "POST /mint_platform/v1/redemptions" });
    const asked = { idempotencyKey: randomUUID(), amountCentavos: 20_025n, bankAccountId };
    const { id } = done(await createRedemption(client, asked));
    const failed = await ended(id);
    expect(failed.status).toBe("FAILED");
    expect(failed.failure).toBeTruthy();
    const refunds = await soon(async () => {
      const found = done(await listRefunds(client, { sinceMs: sinceMs }));
      expect(found).toHaveLength(1);
      return found;
    });
    expect(refunds).toMatchObject([{ refundsTransactionId: id, amountBaseUnits: 200_250_000n, status: "complete" }]);
    expect(await balance()).toBe(1_000_000_000n);
  });

  test("a payout that comes back is a deposit that says so", async () => {
    await turnDial({ kind: "return-payout", endpoint: "POST /mint_platform/v1/redemptions" });
    const asked = { idempotencyKey: randomUUID(), amountCentavos: 30_000n, bankAccountId };
    await ended(done(await createRedemption(client, asked)).id);
    const returned = await soon(async () => {
      const deposits = done(await listSpeiDeposits(client, { sinceMs: sinceMs }));
      const found = deposits.find((deposit) => deposit.depositType !== undefined);
      expect(found).toBeDefined();
      return found;
    });
    expect(returned).toMatchObject({ amountCentavos: 30_000n, status: "complete" });
  });

  test("the doorbell rang for each kind of transaction, with ids that the bank knows", async () => {
    const kinds = ["ISSUANCE", "CRYPTO_WITHDRAWAL", "CRYPTO_DEPOSIT", "REDEMPTION"];
    const rung = await soon(() => {
      const transactions = doorbells.filter((doorbell) => doorbell.kind === "transaction");
      expect(transactions.map((doorbell) => doorbell.type)).toEqual(expect.arrayContaining(kinds));
      return transactions;
    });
    for (const doorbell of rung) expect(done(await getTransaction(client, doorbell.id)).type).toBe(doorbell.type);
    expect(doorbells.filter((doorbell) => doorbell.kind === "unrecognised")).toEqual([]);
  });

  test("a reply lost after the bank accepted is unknown, and the same key finds the same withdrawal", async () => {
    const before = (await listed("CRYPTO_WITHDRAWAL")).length;
    const key = randomUUID();
    await turnDial({ kind: "accept-then-drop-reply", endpoint: "POST /mint_platform/v1/withdrawals" });
    expect(await withdraw(key, 10_000n)).toMatchObject({ outcome: "unknown" });
    await turnDial({ kind: "500-after-accepting", endpoint: "POST /mint_platform/v1/withdrawals" });
    expect(await withdraw(key, 10_000n)).toMatchObject({ outcome: "unknown", why: "server_error" });
    const { id } = done(await withdraw(key, 10_000n));
    expect(await ended(id)).toMatchObject({ status: "COMPLETE" });
    expect(await listed("CRYPTO_WITHDRAWAL")).toHaveLength(before + 1);
  });
});

describe("what the bank refuses", () => {
  test("a deposit under 100 pesos is not issued but given back to its sender", async () => {
    const { clabe } = done(await createClabe(client));
    await depositBySpei(clabe, "99.99");
    const small = await soon(async () => {
      const found = (await listed("ISSUANCE")).find((issuance) => issuance.amountBaseUnits === 99_990_000n);
      expect(found?.status).toBe("FAILED");
      return found;
    });
    expect(await ended(small?.id ?? "")).toMatchObject({ status: "FAILED", refunded: true });
  });

  test("a redemption under 100 pesos, or to an account nobody registered, is refused for ever", async () => {
    const ana = {
      tag: "ana",
      recipientLegalName: "Ana",
      clabe: "646180110400000007",
      ownership: "THIRD_PARTY" as const,
    };
    const { id } = done(await registerBankAccount(client, ana));
    const wrong = [
      { amountCentavos: 9_999n, bankAccountId: id },
      { amountCentavos: 10_000n, bankAccountId: randomUUID() },
    ];
    for (const redemption of wrong) {
      const reply = await createRedemption(client, { idempotencyKey: randomUUID(), ...redemption });
      expect(reply).toMatchObject({ outcome: "refused", when: "never", reason: "validation", code: "32002" });
    }
  });

  test("a CLABE of NVIO cannot be paid out to", async () => {
    const { clabe } = done(await createClabe(client));
    const account = { tag: "nvio", recipientLegalName: "Ana", clabe, ownership: "THIRD_PARTY" as const };
    expect(await registerBankAccount(client, account)).toMatchObject({ outcome: "refused", when: "never" });
  });

  test("more than there is does not happen; which code says so is not known, so the reply is unknown", async () => {
    const before = await balance();
    expect(await withdraw(randomUUID(), 100_000_000n)).toMatchObject({ outcome: "unknown", why: "unclassified" });
    expect(await balance()).toBe(before);
  });

  test("an id that does not exist is not found", async () => {
    expect(await getTransaction(client, randomUUID())).toMatchObject({ outcome: "refused", reason: "not_found" });
  });

  test("a wrong secret is refused as authentication", async () => {
    const stranger = { ...client, apiSecret: "another" };
    expect(await getBalances(stranger)).toMatchObject({
      outcome: "refused",
      when: "not_now",
      reason: "authentication",
    });
  });

  test("throttling is refused and told to everybody", async () => {
    await turnDial({ kind: "429", ms: 1_000 });
    expect(await getBalances(client)).toMatchObject({ outcome: "refused", when: "not_now", reason: "throttled" });
    expect(told.lockoutsMs).toHaveLength(1);
    await new Promise((later) => setTimeout(later, 1_100));
    expect(await getBalances(client)).toMatchObject({ outcome: "done" });
  });

  test("a status word never heard of makes a read unknown", async () => {
    const [issuance] = await listed("ISSUANCE");
    await turnDial({ kind: "unknown-status-word", endpoint: "GET /mint_platform/v1/transactions/:id" });
    expect(await getTransaction(client, issuance?.id ?? "")).toMatchObject({ outcome: "unknown", why: "malformed" });
  });
});

test("twenty reads at once all come through, though nonces may arrive out of order", async () => {
  const replies = await Promise.all(Array.from({ length: 20 }, () => getBalances(client)));
  expect(replies.map((reply) => reply.outcome)).toEqual(Array(20).fill("done"));
});
