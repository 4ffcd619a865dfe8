import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openReceiver, type Receiver } from "./openReceiver.ts";
import {
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
let receiver: Receiver;
beforeAll(async () => {
  chain = await openTestChain();
  bank = await openTestBank(chain);
  await fund(bank, "10000.00");
  receiver = await openReceiver();
});
afterAll(async () => {
  await bank.stop();
  await receiver.stop();
  await chain.stop();
});
beforeEach(() => bank.admin("DELETE", "dial"));

const WITHDRAWALS = "POST /mint_platform/v1/withdrawals";
const arrived = (id: string, count: number) =>
  eventually(() => (receiver.statusesOf(id).length >= count ? receiver.statusesOf(id) : undefined));

test("a callback URL is registered once, with an answer that has no envelope", async () => {
  const body = { callback_url: receiver.url, events: ["TRANSACTION"] };
  const first = await bank.call("POST", "/v4/webhooks", body);
  expect(first.json).toEqual({
    message: expect.any(String),
    webhooks: [{ id: 1, callback_url: receiver.url, event: "TRANSACTION" }],
  });
  expect((await bank.call("POST", "/v4/webhooks", body)).json).toEqual(first.json);
  const other = { ...body, events: ["WITHDRAWAL"] };
  expect((await bank.call("POST", "/v4/webhooks", other)).status).toBe(400);
});

test("every change of a status is an event, in the documented shape and unsigned", async () => {
  const clabe = await bank.createClabe();
  await bank.deposit(clabe, "1000.00");
  await bank.atRest();
  const last = await eventually(() => receiver.events.find(({ payload }) => payload.status === "COMPLETE"));
  expect((await arrived(last.payload.id, 3)).toSorted()).toEqual(["COMPLETE", "IN_PROGRESS", "PENDING"]);
  expect(last).toMatchObject({
    event: "TRANSACTION",
    payload: {
      type: "ISSUANCE",
      issuance: {
        network: "ARBITRUM",
        amount: "1000.00",
        method: "SPEI",
        asset: "MXN",
        deposit_receiver_clabe: clabe,
        crypto_destination_address: junoWallet,
        external_fiat_id: expect.stringMatching(/^TESTSPEI\d+$/),
        refunded: false,
      },
    },
  });
  expect(Object.keys(last.headers).filter((name) => name.includes("signature"))).toEqual([]);
});

test("an event that is not taken is sent again", async () => {
  receiver.status = 500;
  const { id } = (await bank.withdraw("10")).json.payload;
  await arrived(id, 2);
  receiver.status = 200;
  await eventually(() => (receiver.statusesOf(id).includes("COMPLETE") ? true : undefined));
  expect(receiver.statusesOf(id).length).toBeGreaterThan(3);
});

describe("the dial", () => {
  test("sends the webhook before the reply", async () => {
    await bank.dial({ kind: "webhook-before-reply", endpoint: WITHDRAWALS });
    const { id } = (await bank.withdraw("10")).json.payload;
    expect(receiver.statusesOf(id)).toContain("PENDING");
  });

  test("sends each event twice", async () => {
    await bank.dial({ kind: "webhook-twice", endpoint: WITHDRAWALS });
    const { id } = (await bank.withdraw("10")).json.payload;
    expect((await arrived(id, 6)).toSorted()).toEqual([
      "COMPLETE",
      "COMPLETE",
      "IN_PROGRESS",
      "IN_PROGRESS",
      "PENDING",
      "PENDING",
    ]);
  });

  test("sends the last event first", async () => {
    await bank.dial({ kind: "webhook-out-of-order", endpoint: WITHDRAWALS });
    const { id } = (await bank.withdraw("10")).json.payload;
    expect(await arrived(id, 3)).toEqual(["COMPLETE", "IN_PROGRESS", "PENDING"]);
  });

  test("sends nothing", async () => {
    await bank.dial({ kind: "webhook-never", endpoint: WITHDRAWALS });
    const silent = (await bank.withdraw("10")).json.payload.id;
    await bank.settled(silent);
    // The next order's events come after the silent one's would have.
    const heard = (await bank.withdraw("10")).json.payload.id;
    await arrived(heard, 3);
    expect(receiver.statusesOf(silent)).toEqual([]);
  });
});
