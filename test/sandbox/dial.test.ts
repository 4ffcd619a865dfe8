import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  bridgeWallet,
  eventually,
  fund,
  junoWallet,
  openTestBank,
  openTestChain,
  type TestBank,
  type TestChain,
} from "./openTestBank.ts";

let chain: TestChain;
let bank: TestBank;
let account: string;
beforeAll(async () => {
  chain = await openTestChain();
  bank = await openTestBank(chain);
  await fund(bank, "10000.00");
  account = await bank.registerAccount();
});
afterAll(async () => {
  // Whatever the faults did: when all is said and done, the books and the chain agree.
  const books = await bank.atRest();
  expect(books.totals.custody).toBe(String((await chain.balanceOf(junoWallet)) / 10_000n));
  await bank.stop();
  await chain.stop();
});
beforeEach(() => bank.admin("DELETE", "dial"));

const WITHDRAWALS = "POST /mint_platform/v1/withdrawals";
const REDEMPTIONS = "POST /mint_platform/v1/redemptions";
const DEPOSITS = "POST /spei/test/deposits";
const ONE = "GET /mint_platform/v1/transactions/:id";

/** The order that this key opened, whatever the reply said. */
const orderOf = async (key: string) =>
  (await bank.atRest()).orders.find((order: { idempotencyKey?: string }) => order.idempotencyKey === key);

describe("setting it", () => {
  test("refuses an unknown kind, an unknown endpoint and an unknown parameter", async () => {
    expect((await bank.dial({ kind: "gremlin" })).status).toBe(400);
    expect((await bank.dial({ kind: "slow", endpoint: "POST /redemptions" })).status).toBe(400);
    expect((await bank.dial({ kind: "slow", seconds: 3 })).status).toBe(400);
  });

  test("a fault strikes as often as asked, at its endpoint only, and can be taken back", async () => {
    const set = await bank.dial({ kind: "401-by-nonce", endpoint: ONE, times: 2 });
    expect(set.json.faults).toHaveLength(1);
    const ask = async () => (await bank.call("GET", "/mint_platform/v1/transactions/nada")).status;
    expect((await bank.call("GET", "/mint_platform/v1/balances")).status).toBe(200);
    expect([await ask(), await ask(), await ask()]).toEqual([401, 401, 404]);
    await bank.dial({ kind: "401-by-nonce" });
    expect((await bank.admin("DELETE", "dial")).json.faults).toEqual([]);
    expect(await ask()).toBe(404);
  });
});

describe("accepted, but the reply", () => {
  test.each([
    ["500-after-accepting", 500],
    ["refuse-after-accepting", 400],
  ])("of %s says no", async (kind, status) => {
    await bank.dial({ kind, endpoint: WITHDRAWALS });
    const key = randomUUID();
    expect((await bank.withdraw("10.00", {}, key)).status).toBe(status);
    expect(await orderOf(key)).toMatchObject({ status: "COMPLETE", amount: "1000" });
  });

  test("is dropped", async () => {
    await bank.dial({ kind: "accept-then-drop-reply", endpoint: WITHDRAWALS });
    const key = randomUUID();
    await expect(bank.withdraw("10.00", {}, key)).rejects.toThrow("fetch failed");
    expect(await orderOf(key)).toMatchObject({ status: "COMPLETE" });
  });

  test.each(["malformed-json", "truncated-json"])("is %s", async (kind) => {
    await bank.dial({ kind, endpoint: WITHDRAWALS });
    const key = randomUUID();
    await expect(bank.withdraw("10.00", {}, key)).rejects.toThrow(SyntaxError);
    expect(await orderOf(key)).toMatchObject({ status: "COMPLETE" });
  });

  test("has a status word nobody knows", async () => {
    await bank.dial({ kind: "unknown-status-word", endpoint: WITHDRAWALS, word: "SETTLING" });
    expect((await bank.withdraw("10.00")).json.payload.summary_status).toBe("SETTLING");
  });

  test("shows a status that goes backwards, once", async () => {
    const { id } = (await bank.withdraw("10.00")).json.payload;
    await bank.settled(id);
    await bank.dial({ kind: "status-goes-backwards", endpoint: ONE });
    expect((await bank.transaction(id)).status).toBe("IN_PROGRESS");
    expect((await bank.transaction(id)).status).toBe("COMPLETE");
  });

  test("waits for work that was done: a refusal does not use the fault up", async () => {
    await bank.dial({ kind: "500-after-accepting", endpoint: WITHDRAWALS });
    expect((await bank.withdraw("0")).status).toBe(400);
    expect((await bank.withdraw("10.00")).status).toBe(500);
    await bank.atRest();
  });
});

describe("before the work", () => {
  test("slow waits", async () => {
    await bank.dial({ kind: "slow", endpoint: WITHDRAWALS, ms: 150 });
    const startedAt = performance.now();
    expect((await bank.withdraw("10.00")).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(145);
  });

  test("slow strikes once, and what it holds up is carried out although others have come meanwhile", async () => {
    await bank.dial({ kind: "slow", endpoint: WITHDRAWALS, ms: 400 });
    const first = bank.withdraw("10.00");
    await eventually(async () =>
      (await bank.admin("GET", "requests")).json.requests.at(-1).path === WITHDRAWALS.slice(5) ? true : undefined,
    );
    const startedAt = performance.now();
    expect((await bank.withdraw("10.00")).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(350);
    expect((await first).status).toBe(200);
  });

  test.each(["429", "420"])("%s refuses one request, or everything for a while, and does no work", async (kind) => {
    await bank.dial({ kind, endpoint: WITHDRAWALS });
    const available = await bank.available();
    expect((await bank.withdraw("10.00")).status).toBe(Number(kind));
    expect(await bank.available()).toBe(available);
    await bank.dial({ kind, endpoint: WITHDRAWALS, ms: 300 });
    await bank.withdraw("10.00");
    expect((await bank.call("GET", "/mint_platform/v1/balances")).status).toBe(Number(kind));
    await eventually(async () => ((await bank.call("GET", "/spei/v1/clabes")).status === 200 ? true : undefined));
  });

  test("drop-before-accepting loses the request: no reply and no order, and the same key is then a first one", async () => {
    await bank.dial({ kind: "drop-before-accepting", endpoint: WITHDRAWALS });
    const key = randomUUID();
    await expect(bank.withdraw("10.00", {}, key)).rejects.toThrow("fetch failed");
    expect(await orderOf(key)).toBeUndefined();
    expect((await bank.withdraw("10.00", {}, key)).status).toBe(200);
    expect(await orderOf(key)).toMatchObject({ status: "COMPLETE" });
  });

  test("what reached the bank is told in its order, with what was lost or refused", async () => {
    const [lost, refused] = [randomUUID(), randomUUID()];
    await bank.dial({ kind: "drop-before-accepting", endpoint: WITHDRAWALS });
    await expect(bank.withdraw("10.00", {}, lost)).rejects.toThrow("fetch failed");
    await bank.available();
    await bank.withdraw("0", {}, refused);
    const { requests } = (await bank.admin("GET", "requests")).json;
    const path = "/mint_platform/v1/withdrawals";
    expect(requests.slice(-3)).toMatchObject([
      { method: "POST", path, idempotencyKey: lost },
      { method: "GET", path: "/mint_platform/v1/balances" },
      { method: "POST", path, idempotencyKey: refused },
    ]);
  });

  test("401-by-nonce is the gateway's refusal of a good nonce", async () => {
    await bank.dial({ kind: "401-by-nonce", endpoint: WITHDRAWALS });
    expect(await bank.withdraw("10.00")).toMatchObject({ status: 401, json: { error: { code: "0207" } } });
  });

  test("refuse-below-minimum concerns only what is below it", async () => {
    await bank.dial({ kind: "refuse-below-minimum", endpoint: WITHDRAWALS, minimum: "100.00" });
    expect((await bank.withdraw("100.00")).status).toBe(200);
    expect(await bank.withdraw("99.99")).toMatchObject({ status: 400, json: { error: { code: 32002 } } });
  });
});

test("a fault of one amount lets every other pass and waits", async () => {
  await bank.dial({ kind: "500-after-accepting", endpoint: WITHDRAWALS, amount: "12.50" });
  await bank.dial({ kind: "fail-with-refund", endpoint: WITHDRAWALS, amount: "12.5" });
  expect((await bank.withdraw("12.51")).status).toBe(200);
  const key = randomUUID();
  expect((await bank.withdraw("12.50", {}, key)).status).toBe(500);
  expect(await orderOf(key)).toMatchObject({ status: "FAILED" });
});

describe("an order", () => {
  test.each([
    ["withdrawal", WITHDRAWALS],
    ["redemption", REDEMPTIONS],
  ])("%s fails after IN_PROGRESS, with the refund entry", async (what, endpoint) => {
    const available = await bank.available();
    await bank.dial({ kind: "fail-with-refund", endpoint });
    const reply = what === "withdrawal" ? await bank.withdraw("150") : await bank.redeem("150", account);
    const { id } = reply.json.payload;
    expect(await bank.settled(id)).toMatchObject({
      status: "FAILED",
      failure_reason: expect.any(String),
      timeline: [],
    });
    await bank.atRest();
    expect(await bank.available()).toBe(available);
    expect(await refundsOf(id)).toHaveLength(1);
  });

  test.each([
    ["withdrawal", WITHDRAWALS],
    ["redemption", REDEMPTIONS],
  ])("%s fails after IN_PROGRESS and the refund entry never comes", async (what, endpoint) => {
    const available = await bank.available();
    await bank.dial({ kind: "fail-without-refund", endpoint });
    const reply = what === "withdrawal" ? await bank.withdraw("150") : await bank.redeem("150", account);
    await bank.settled(reply.json.payload.id);
    await bank.atRest();
    expect(await bank.available()).toBe(available - 150);
    expect(await refundsOf(reply.json.payload.id)).toEqual([]);
  });

  test("is executed twice under one key: two transactions, two payments", async () => {
    await bank.dial({ kind: "execute-key-twice", endpoint: WITHDRAWALS });
    const before = await chain.balanceOf(bridgeWallet.address);
    const key = randomUUID();
    const { id } = (await bank.withdraw("77.70", {}, key)).json.payload;
    await bank.atRest();
    expect((await chain.balanceOf(bridgeWallet.address)) - before).toBe(155_400_000n);
    expect((await bank.withdraw("77.70", {}, key)).json.payload.id).toBe(id);
    const path = "/mint_platform/v1/transactions?type=CRYPTO_WITHDRAWAL&amount_from=77.70&amount_to=77.70";
    expect((await bank.call("GET", path)).json.payload.total_elements).toBe(2);
  });

  test("is minted late", async () => {
    const clabe = await bank.createClabe();
    await bank.dial({ kind: "mint-late", endpoint: DEPOSITS, ms: 400 });
    const startedAt = performance.now();
    await bank.deposit(clabe, "100.00");
    await bank.atRest();
    expect(performance.now() - startedAt).toBeGreaterThan(395);
  });

  test("is never minted", async () => {
    const clabe = await bank.createClabe();
    await bank.dial({ kind: "mint-never", endpoint: DEPOSITS });
    await bank.deposit(clabe, "100.00");
    const other = await bank.createClabe();
    await bank.deposit(other, "100.00");
    const { orders } = await bank.atRest();
    const statusOf = (wanted: string) =>
      orders.find((order: { receiverClabe?: string }) => order.receiverClabe === wanted).status;
    expect([statusOf(clabe), statusOf(other)]).toEqual(["PENDING", "COMPLETE"]);
  });

  test("is paid and comes back as a refund deposit with its clave de rastreo, once", async () => {
    await bank.dial({ kind: "return-payout", endpoint: REDEMPTIONS, ms: 30 });
    const { id } = (await bank.redeem("321.00", account)).json.payload;
    const books = await bank.atRest();
    const payout = books.spei_out.find((spei: { transactionId: string }) => spei.transactionId === id);
    const returned = await bank.call("GET", "/spei/v1/deposits?only_refunds=true");
    expect(returned.json.payload.response).toEqual([
      expect.objectContaining({ amount: "321.00", tracking_key: payout.trackingKey, deposit_type: expect.any(String) }),
    ]);
    expect((await bank.transaction(id)).status).toBe("COMPLETE");
    expect(books.paid_by_clabe[0].returned).toBe("32100");
    expect((await bank.admin("POST", "return-payout", { redemption_id: id })).status).toBe(400);
  });
});

test("POST /sandbox/return-payout brings a payout back to the CLABE that is named", async () => {
  const clabe = await bank.createClabe();
  const { id } = (await bank.redeem("200.00", account)).json.payload;
  const unpaid = await bank.admin("POST", "return-payout", { redemption_id: id });
  expect(unpaid.status).toBe(400);
  await bank.settled(id);
  await bank.admin("POST", "return-payout", { redemption_id: id, receiver_clabe: clabe });
  await bank.atRest();
  const deposits = await bank.call("GET", `/spei/v1/deposits?receiver_clabe=${clabe}`);
  expect(deposits.json.payload.response).toHaveLength(1);
});

test("POST /sandbox/refund-issuance sends the pesos of an issued deposit back, once; its issuance stays complete and says so", async () => {
  const clabe = await bank.createClabe();
  await bank.deposit(clabe, "250.00");
  const { orders } = await bank.atRest();
  const { id } = orders.find((order: { receiverClabe?: string }) => order.receiverClabe === clabe);
  expect((await bank.admin("POST", "refund-issuance", { issuance_id: id })).status).toBe(200);
  expect(await bank.transaction(id)).toMatchObject({ status: "COMPLETE", details: { refunded: true } });
  const sent = (await bank.atRest()).spei_out.filter((spei: { transactionId: string }) => spei.transactionId === id);
  expect(sent).toEqual([expect.objectContaining({ kind: "issuance_refund", amount: "25000" })]);
  expect((await bank.admin("POST", "refund-issuance", { issuance_id: id })).status).toBe(400);
});

async function refundsOf(id: string) {
  const reply = await bank.call("GET", "/mint_platform/v1/financial_movements?size=100");
  return reply.json.payload.content.filter(
    (entry: { funding?: { refunded_transaction_id?: string } }) => entry.funding?.refunded_transaction_id === id,
  );
}
