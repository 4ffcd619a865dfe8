import { randomUUID } from "node:crypto";
import { v1 as uuidV1 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bridgeWallet, fund, openTestBank, openTestChain, type TestBank, type TestChain } from "./openTestBank.ts";

let chain: TestChain;
let bank: TestBank;
beforeAll(async () => {
  chain = await openTestChain();
  bank = await openTestBank(chain);
  await fund(bank, "10000.00");
});
afterAll(async () => {
  await bank.stop();
  await chain.stop();
});

test("the same key and body return the original transaction in its present state, and pay once", async () => {
  const key = randomUUID();
  const before = await chain.balanceOf(bridgeWallet.address);
  const first = (await bank.withdraw("200.00", {}, key)).json.payload;
  await bank.settled(first.id);
  const again = (await bank.withdraw("200.00", {}, key)).json.payload;
  expect(first.summary_status).toBe("PENDING");
  expect(again).toMatchObject({ id: first.id, summary_status: "COMPLETE" });
  expect((await chain.balanceOf(bridgeWallet.address)) - before).toBe(200_000_000n);
});

test("ten requests at once with one key are one redemption", async () => {
  const account = await bank.registerAccount();
  const key = randomUUID();
  const replies = await Promise.all(Array.from({ length: 10 }, () => bank.redeem("300.00", account, key)));
  // Sent at once, some overtake each other and fail by nonce: a gateway's refusal, no redemption.
  const ids = new Set(replies.filter(({ status }) => status === 200).map(({ json }) => json.payload.id));
  expect(ids.size).toBe(1);
  const payouts = (await bank.atRest()).spei_out.filter((spei: { kind: string }) => spei.kind === "payout");
  expect(payouts).toHaveLength(1);
});

test("the same key with another body is refused with 32002 and takes nothing", async () => {
  const key = randomUUID();
  await bank.withdraw("50.00", {}, key);
  await bank.atRest();
  const available = await bank.available();
  const other = await bank.withdraw("51.00", {}, key);
  expect(other).toMatchObject({ status: 400, json: { error: { code: 32002 } } });
  expect(await bank.available()).toBe(available);
});

test("a key that is no UUID is refused; a UUID of version 1 is not", async () => {
  expect(await bank.withdraw("50.00", {}, `spei-${randomUUID()}`)).toMatchObject({
    status: 400,
    json: { error: { code: 32002, details: ["X-Idempotency-Key: must be a UUID"] } },
  });
  expect((await bank.withdraw("50.00", {}, uuidV1())).status).toBe(200);
  await bank.atRest();
});

test("without a key each request is a new order", async () => {
  const body = { amount: "10", asset: "MXNB", blockchain: "ARBITRUM", address: bridgeWallet.address };
  const first = await bank.call("POST", "/mint_platform/v1/withdrawals", body);
  const second = await bank.call("POST", "/mint_platform/v1/withdrawals", body);
  expect(second.json.payload.id).not.toBe(first.json.payload.id);
  await bank.atRest();
});

test("a refused request leaves its key free", async () => {
  const key = randomUUID();
  const address = "0x1234";
  expect((await bank.withdraw("10", { address }, key)).status).toBe(400);
  expect((await bank.withdraw("10", {}, key)).status).toBe(200);
  await bank.atRest();
});
