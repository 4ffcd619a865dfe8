import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { liftByTwo } from "../../bin/operate/liftByTwo.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { until } from "../../bin/stack/until.ts";
import type { SendAction } from "../../reactor/payments/table.ts";
import type { CreatedPayment } from "../journeys/support/createPayment.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import {
  callIn,
  cannotEstimate,
  type FaultOf,
  FORGETS,
  faultyChain,
  HONEST,
  RPC_TIMEOUT_MS,
} from "./support/faultyChain.ts";
import { legOf } from "./support/legs.ts";

const chain = await faultyChain();
const { system, pool, reactor, api, node, token, escrow } = chain;
const { setFault, paidBy, allPaidOnce, untilCustody } = chain;
const bridge = localAccounts().bridge.address;

describe("the node", () => {
  afterEach(() => {
    setFault(HONEST);
  });

  /** What the node does from one call on to every call, for a second. */
  const OUTAGE_MS = 1_000;
  let cut = 0;
  const outages: Readonly<Record<string, FaultOf>> = {
    throttling: () => ({ status: 429 }),
    away: () => "lose_request",
    // The calls themselves all of them: one that came through would leave the outages after this one without a call to strike.
    "cutting connections": (request) => (callIn(request) !== null || cut++ % 2 === 0 ? "lose_request" : "none"),
    slow: () => sleep(RPC_TIMEOUT_MS + 500, "none" as const),
    "losing replies": () => "lose_reply",
  };
  /** `transfer` is the return to Juno. */
  const calls = ["createEscrow", "release", "transfer"];
  const methods = ["eth_estimateGas", "eth_sendRawTransaction"];

  test("away, slow, throttling or cutting connections, at the simulation and at the sending of every call: the payment waits and goes on", async () => {
    /** Each call's outages that it has not met yet. The last two hand the bytes on: after them a second payment meets the rest. */
    const toMeet = calls.flatMap((call) =>
      methods.flatMap((method) => Object.keys(outages).map((outage) => ({ outage, method, call }))),
    );
    let now = { outage: HONEST, untilMs: 0 };
    setFault((request) => {
      if (performance.now() < now.untilMs) return now.outage(request);
      const call = callIn(request);
      const next = toMeet.findIndex((one) => one.method === request.method && one.call === call);
      const [met] = next < 0 ? [] : toMeet.splice(next, 1);
      cut = 0;
      now = { outage: (met && outages[met.outage]) ?? HONEST, untilMs: performance.now() + (met ? OUTAGE_MS : 0) };
      return now.outage(request);
    });
    const payments = await paidBy(["1000.00", "1100.00"]);
    for (const { id } of payments) await untilStatus(api, id, "completed", 240_000);
    await allPaidOnce(payments);
    expect(toMeet).toEqual([]);
  }, 300_000);

  test("takes a transaction and its reply is lost, or says that it took it and forgets it: the same bytes go out again", async () => {
    const sends: string[] = [];
    let swallowed = 0;
    setFault(({ method, params }) => {
      if (method !== "eth_sendRawTransaction") return "none";
      const raw = String(params[0]);
      sends.push(raw);
      // Each first sending alone meets its fault.
      if (sends.filter((sent) => sent === raw).length > 1) return "none";
      return swallowed++ % 2 === 0 ? "lose_reply" : FORGETS;
    });
    const payments = await paidBy(["1200.00"]);
    await allPaidOnce(payments);
    expect(swallowed).toBeGreaterThanOrEqual(3);
    expect(sends.length).toBeGreaterThan(swallowed);
  }, 300_000);
});

test("a chain that refuses for now, before the escrow and before the release: the payment says why, and goes on when it may", async () => {
  // A node that cannot estimate keeps the payment before its escrow until all is refused there.
  setFault(cannotEstimate);
  const payments = await paidBy(["1300.00"], 25_000);
  const [payment] = payments as [CreatedPayment];
  await untilCustody(payment, "bridged", "node_unreachable");
  await escrow("pause");
  setFault(HONEST);
  await untilCustody(payment, "bridged", "escrow_paused");
  await token("pause");
  await escrow("unpause");
  await untilCustody(payment, "bridged", "token_paused");
  await token("unpause");
  await untilCustody(payment, "active");

  const gasMoney = await node.getBalance({ address: bridge });
  await node.setBalance({ address: bridge, value: 0n });
  await untilCustody(payment, "releasing", "no_gas");
  await token("pause");
  await node.setBalance({ address: bridge, value: gasMoney });
  await untilCustody(payment, "releasing", "token_paused");
  await token("blacklist", [bridge]);
  await token("unpause");
  await untilCustody(payment, "releasing", "blacklisted");
  await token("unBlacklist", [bridge]);
  await allPaidOnce(payments);
}, 300_000);

describe("a transaction that finds no block", () => {
  /** Ages the transaction by more than the lane waits: minutes, that no test waits for. */
  const age = (action: SendAction) =>
    pool.query(
      `update kustodia.chain_transaction set created_at = created_at - interval '5 minutes', sent_at = sent_at - interval '5 minutes'
       where action = $1 and state = 'sent'`,
      [action],
    );
  const pricesOf = async (action: SendAction, paymentId: number) => {
    const { rows } = await pool.query<{ hash: string | null; state: string }>(
      `select hash, chain_transaction.state from kustodia.chain_transaction join kustodia.leg on leg.id = leg_id
       where action = $1 and payment_id = $2 order by max_fee_per_gas`,
      [action, paymentId],
    );
    return rows;
  };
  const untilPrices = (action: SendAction, paymentId: number, states: readonly string[]) =>
    until(
      `${action} ${states.join(", ")}`,
      45_000,
      async () => {
        const prices = await pricesOf(action, paymentId);
        return JSON.stringify(prices.map(({ state }) => state)) === JSON.stringify(states) ? true : undefined;
      },
      async () => JSON.stringify(await pricesOf(action, paymentId)),
    );

  test("is offered at a higher price under its nonce, and whichever of the two is mined, the payment goes on once", async () => {
    const payments = await paidBy(["1400.00"], 1_000);
    const [payment] = payments as [CreatedPayment];
    await untilCustody(payment, "bridged");
    await node.setIntervalMining({ interval: 0 });
    await untilPrices("createEscrow", payment.id, ["sent"]);
    await age("createEscrow");
    await untilPrices("createEscrow", payment.id, ["sent", "sent"]);
    // Once more, past the time after which the first bytes would go out again: a node refuses them beside dearer ones.
    await age("createEscrow");
    await untilPrices("createEscrow", payment.id, ["sent", "sent", "sent"]);
    setFault(cannotEstimate);
    await node.setIntervalMining({ interval: 1 });

    // The second time the dearer one is lost on its way, and the first one is mined after all.
    await untilCustody(payment, "releasing", "node_unreachable");
    await node.setIntervalMining({ interval: 0 });
    setFault(HONEST);
    await untilPrices("release", payment.id, ["sent"]);
    setFault(({ method }) => (method === "eth_sendRawTransaction" ? FORGETS : "none"));
    await age("release");
    await untilPrices("release", payment.id, ["sent", "sent"]);
    setFault(HONEST);
    await node.setIntervalMining({ interval: 1 });
    await allPaidOnce(payments);
    const statesOf = async (action: SendAction) => (await pricesOf(action, payment.id)).map(({ state }) => state);
    expect((await statesOf("createEscrow")).sort()).toEqual(["mined", "replaced", "replaced"]);
    await until("the release settled", 20_000, async () =>
      (await statesOf("release")).includes("mined") ? true : undefined,
    );
    const [first, ...dearer] = await statesOf("release");
    expect(first).toBe("mined");
    expect(new Set(dearer)).toEqual(new Set(["replaced"]));
  }, 300_000);

  test("while all outgoing money is stopped is not offered again at any price; lifted, it goes out dearer and the payment on", async () => {
    const payments = await paidBy(["1420.00"], 1_000);
    const [payment] = payments as [CreatedPayment];
    await untilCustody(payment, "bridged");
    await node.setIntervalMining({ interval: 0 });
    await untilPrices("createEscrow", payment.id, ["sent"]);
    await killSwitchAt(reactor.url, system.apiKey).pull("prueba");
    let sends = 0;
    setFault(({ method }) => {
      if (method === "eth_sendRawTransaction") sends++;
      return "none";
    });
    await age("createEscrow");
    // Without the switch the lane takes two seconds for it, as the test above shows.
    await sleep(10_000);
    expect(sends).toBe(0);
    expect(await pricesOf("createEscrow", payment.id)).toMatchObject([{ state: "sent" }]);
    await liftByTwo(reactor, system, "la prueba terminó");
    await untilPrices("createEscrow", payment.id, ["sent", "sent"]);
    expect(sends).toBeGreaterThan(0);
    await node.setIntervalMining({ interval: 1 });
    await allPaidOnce(payments);
    setFault(HONEST);
  }, 300_000);

  test("because the node refuses its price outright is offered at a better one at once", async () => {
    let refusals = 2;
    setFault(({ method }) => {
      if (method !== "eth_sendRawTransaction" || refusals === 0) return "none";
      refusals--;
      // As Arbitrum's node answers when the base fee has risen above the offer (nitro's core/error.go).
      return {
        code: -32000,
        message: "max fee per gas less than block base fee: address 0x0, maxFeePerGas: 1, baseFee: 2",
      };
    });
    const payments = await paidBy(["1450.00"]);
    await allPaidOnce(payments);
    expect(refusals).toBe(0);
    setFault(HONEST);
  }, 300_000);
});

test("while the index stands still no new money moves and /ready says so; it goes on when the index is back", async () => {
  const custodyMs = 20_000;
  const endsAtMs = performance.now() + custodyMs;
  const payments = await paidBy(["1600.00"], custodyMs);
  const [payment] = payments as [CreatedPayment];
  await untilCustody(payment, "active");
  await system.ponder.stop();
  const { indexer } = await until("/ready that says no", 30_000, async () => {
    const response = await fetch(`${reactor.url}/ready`);
    const body = (await response.json()) as { ready: boolean; indexer: { ok: boolean; detail: string } };
    return response.status === 503 && !body.ready ? body : undefined;
  });
  expect(indexer).toMatchObject({ ok: false, detail: expect.stringMatching(/bloque \d+ de \d+/) });
  const nonce = await node.getTransactionCount({ address: bridge, blockTag: "pending" });
  // Well past the end of its custody, of which the index knows nothing.
  await sleep(Math.max(0, endsAtMs - performance.now()) + 4_000);
  expect(await node.getTransactionCount({ address: bridge, blockTag: "pending" })).toBe(nonce);
  expect(["active", "releasing"]).toContain((await legOf(pool, payment.id, "custody")).state);
  await system.restartPonder();
  await allPaidOnce(payments);
  expect((await fetch(`${reactor.url}/ready`)).status).toBe(200);
}, 300_000);

describe("at its start the reactor refuses, in one sentence,", () => {
  const stranger = "0x00000000000000000000000000000000000000aa";
  /** Runtime code that answers 18 to everything: MXNB has six decimals. */
  const EIGHTEEN = "0x601260005260206000f3";

  test.concurrent.each([
    ["another chain", { CHAIN_ID: "421614" }, "es de la cadena 31337 y CHAIN_ID dice 421614"],
    [
      "an escrow that is no contract",
      { ESCROW_CONTRACT_ADDRESS_2: stranger },
      "No hay contrato en ESCROW_CONTRACT_ADDRESS_2",
    ],
    ["a contract that is no escrow", { ESCROW_CONTRACT_ADDRESS_2: system.contracts.mxnb }, "no tiene createEscrow"],
    ["a key that is not the bridge wallet's", { ESCROW_PRIVATE_KEY: localAccounts().juno.privateKey }, "firma como"],
    [
      "a token of other decimals",
      { MOCK_ERC20_ADDRESS: "0x0000000000000000000000000000000000000012" },
      "tiene 18 decimales",
    ],
  ])("%s", async (what, env, sentence) => {
    await node.setCode({ address: "0x0000000000000000000000000000000000000012", bytecode: EIGHTEEN });
    const started = system.startReactor(`refused-${what.replaceAll(" ", "-")}`, env).then(
      () => "started",
      (error: unknown) => String(error),
    );
    expect(await started).toContain(sentence);
  });
});
