import { describe, expect, test } from "vitest";
import { createClabe } from "../../reactor/juno/createClabe.ts";
import { createRedemption } from "../../reactor/juno/createRedemption.ts";
import { createWithdrawal } from "../../reactor/juno/createWithdrawal.ts";
import { registerBankAccount } from "../../reactor/juno/registerBankAccount.ts";
import { registerWebhook } from "../../reactor/juno/registerWebhook.ts";
import { startBankSaying } from "./hostileBank.ts";

// A server of our own: the sandbox was written to accept our requests; here the very bytes are looked at.

const key = "0f0e7a3c-5b0e-4d4e-9a6e-5e6f7a8b9c0d";
const bankAccountId = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const payload = (value: unknown) => JSON.stringify({ success: true, payload: value });

describe("a withdrawal", () => {
  test("asks for MXNB on Arbitrum, always with the travel rule, under its key", async () => {
    const bank = await startBankSaying(200, payload({ id: "w-1" }));
    const reply = await createWithdrawal(bank.client, { idempotencyKey: key, amountCentavos: 150_050n, address });
    expect(reply).toMatchObject({ outcome: "done", value: { id: "w-1" } });
    const [request] = bank.received;
    expect(request).toMatchObject({
      method: "POST",
      path: "/mint_platform/v1/withdrawals",
      body: `{"blockchain":"ARBITRUM","asset":"MXNB","amount":"1500.5","address":"${address}","compliance":{"travel_rule":{}}}`,
    });
    expect(request?.headers).toMatchObject({ "x-idempotency-key": key, "content-type": "application/json" });
    expect(bank.told.lanes).toEqual(["money"]);
  });

  test.each([
    ["another amount", { id: "w-1", amount: 1500.51 }],
    ["another type", { id: "w-1", transaction_type: "REDEMPTION" }],
    ["no id", { summary_status: "IN_PROGRESS" }],
  ])("answered with %s is unknown", async (_what, answered) => {
    const bank = await startBankSaying(200, payload(answered));
    const reply = await createWithdrawal(bank.client, { idempotencyKey: key, amountCentavos: 150_050n, address });
    expect(reply).toMatchObject({ outcome: "unknown", why: "malformed" });
  });

  test("that only a mistake of ours can ask for throws, and nothing is sent", async () => {
    const bank = await startBankSaying(200, payload({ id: "w-1" }));
    const asked = { idempotencyKey: key, amountCentavos: 100n, address };
    for (const wrong of [
      { amountCentavos: 0n },
      { amountCentavos: -1n },
      { idempotencyKey: "spei-1" },
      { address: "0x1" },
    ]) {
      await expect(createWithdrawal(bank.client, { ...asked, ...wrong })).rejects.toThrow(/amount|UUID|address/);
    }
    expect(bank.received).toHaveLength(0);
  });
});

describe("a redemption", () => {
  test("asks with the exact decimal as a JSON number", async () => {
    const body = (amount: string) =>
      `{"amount":${amount},"destination_bank_account_id":"${bankAccountId}","asset":"mxn"}`;
    const bank = await startBankSaying(200, payload({ id: "r-1" }));
    for (const amountCentavos of [10_000n, 150_050n, 900_719_925_474_099_301n]) {
      await createRedemption(bank.client, { idempotencyKey: key, bankAccountId, amountCentavos });
    }
    expect(bank.received.map((request) => request.body)).toEqual([
      body("100"),
      body("1500.5"),
      body("9007199254740993.01"),
    ]);
    expect(bank.received[0]?.headers["x-idempotency-key"]).toBe(key);
    expect(bank.told.lanes).toEqual(["money", "money", "money"]);
  });

  test("gives id and status of what the bank accepted", async () => {
    const answered = '{"id":"r-1","amount":1500.50,"currency":"MXN","transaction_type":"REDEMPTION","method":"SPEI",';
    const bank = await startBankSaying(
      201,
      `{"success":true,"payload":${answered}"summary_status":"IN_PROGRESS","created_at":"2025-06-23T21:47:08.188123456Z"}}`,
    );
    const reply = await createRedemption(bank.client, { idempotencyKey: key, bankAccountId, amountCentavos: 150_050n });
    expect(reply).toMatchObject({ outcome: "done", value: { id: "r-1", status: "IN_PROGRESS" } });
  });

  test("without a bank account throws: the bank would keep the pesos in its own balance", async () => {
    const bank = await startBankSaying(200, payload({ id: "r-1" }));
    const asked = { idempotencyKey: key, bankAccountId: "", amountCentavos: 10_000n };
    await expect(createRedemption(bank.client, asked)).rejects.toThrow("bank account id");
    expect(bank.received).toHaveLength(0);
  });
});

describe("a CLABE", () => {
  test("is asked for with an empty object", async () => {
    const bank = await startBankSaying(201, payload({ clabe: "710969000000351083", type: "AUTO_PAYMENT" }));
    expect(await createClabe(bank.client)).toMatchObject({ outcome: "done", value: { clabe: "710969000000351083" } });
    expect(bank.received[0]).toMatchObject({ method: "POST", path: "/mint_platform/v1/clabes", body: "{}" });
  });

  test.each([
    ["another type, which would issue nothing", { clabe: "710969000000351083", type: "ADDITIONAL" }],
    ["17 digits", { clabe: "71096900000035108" }],
  ])("of %s is unknown", async (_what, answered) => {
    const bank = await startBankSaying(201, payload(answered));
    expect(await createClabe(bank.client)).toMatchObject({ outcome: "unknown", why: "malformed" });
  });
});

describe("a bank account", () => {
  const account = {
    tag: "payment-81",
    recipientLegalName: "María Núñez",
    clabe: "032180000118359719",
    ownership: "THIRD_PARTY" as const,
  };

  test("is registered under the bank's names", async () => {
    const bank = await startBankSaying(
      200,
      payload({ id: bankAccountId, clabe: account.clabe, ownership: "THIRD_PARTY" }),
    );
    expect(await registerBankAccount(bank.client, account)).toMatchObject({
      outcome: "done",
      value: { id: bankAccountId },
    });
    expect(JSON.parse(bank.received[0]?.body ?? "")).toEqual({
      tag: "payment-81",
      recipient_legal_name: "María Núñez",
      clabe: "032180000118359719",
      ownership: "THIRD_PARTY",
    });
  });

  test("answered with another CLABE is unknown", async () => {
    const bank = await startBankSaying(200, payload({ id: bankAccountId, clabe: "646180110400000007" }));
    expect(await registerBankAccount(bank.client, account)).toMatchObject({ outcome: "unknown", why: "malformed" });
  });
});

test("a webhook is registered for transactions, and its answer has no envelope", async () => {
  const callbackUrl = "https://kustodia.example/juno";
  const answered = { message: "ok", webhooks: [{ id: 7, callback_url: callbackUrl, event: "TRANSACTION" }] };
  const bank = await startBankSaying(200, JSON.stringify(answered));
  expect(await registerWebhook(bank.client, { callbackUrl })).toMatchObject({
    outcome: "done",
    value: [{ id: "7", callbackUrl, event: "TRANSACTION" }],
  });
  expect(bank.received[0]).toMatchObject({
    path: "/v4/webhooks",
    body: `{"callback_url":"${callbackUrl}","events":["TRANSACTION"]}`,
  });
});

describe("evidence", () => {
  test("is JSON, and has no secret, name or CLABE in it", async () => {
    const leaky = {
      success: false,
      error: {
        code: 32002,
        message: "key test-key signed with test-secret for 032180000118359719",
        details: [{ recipient_legal_name: 'María "M" Núñez', clabe: "032180000118359719" }],
      },
    };
    const bank = await startBankSaying(400, JSON.stringify(leaky));
    const reply = await createClabe(bank.client);
    const kept = JSON.stringify(reply);
    expect(kept).toContain("32002");
    expect(kept).toContain("9719");
    for (const secret of ["test-key", "test-secret", "María", "Núñez", "032180000118359719"]) {
      expect(kept).not.toContain(secret);
    }
    expect(JSON.parse(JSON.stringify(reply.evidence))).toEqual(reply.evidence);
  });

  test("is cut", async () => {
    const bank = await startBankSaying(400, "x".repeat(10_000));
    expect((await createClabe(bank.client)).evidence.body?.length).toBeLessThanOrEqual(2_001);
  });
});
