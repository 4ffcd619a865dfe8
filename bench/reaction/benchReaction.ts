import { setTimeout as sleep } from "node:timers/promises";
import { type CellPayment, createCellPayment } from "../../bin/certify/createCellPayment.ts";
import { percentile } from "../../bin/certify/figures.ts";
import { openSystem, type System } from "../../bin/certify/openSystem.ts";
import { receivedRequests } from "../../bin/certify/receivedRequests.ts";
import { deposit } from "../../bin/demo/api.ts";
import { until } from "../../bin/stack/until.ts";
import { answers, waitUntilReady } from "../../bin/stack/waitUntilReady.ts";
import type { Measured, Settings } from "../measured.ts";
import { withParts } from "../withParts.ts";
import { hearWebhooks } from "./hearWebhooks.ts";
import { returnsSent } from "./returnsSent.ts";
import { watchReleases } from "./watchReleases.ts";

/** 210 in the usual minute. They come more slowly than that: as fast as one account's 300 calls a minute let through (`throughput`). */
const PAYMENTS_PER_SECOND_ASKED = 3.5;
const EVERY_MS = 2_000;
const FEW = 2;
/** Each question to a bank of our own costs nothing, so a reading waits for none before it. The other settings are the certificate's. */
const SETTINGS = { TIMERS: "off", BANK_FLOOR_MS: "0" };
/** How much longer than its floor a reaction may take, ms. */
const P50_OVER_FLOOR_MS = 50;
const P99_OVER_FLOOR_MS = 250;
const READY_WITHIN_MS = 60_000;
const ALL_END_WITHIN_MS = 60_000;

/** From a moment outside to our call about it, and to the moment at which a bare reader knows of it, ms. */
export type Reaction = Readonly<{ tookMs: number; floorMs: number }>;

/**
 * How long it takes from what happens outside to the next money call: from the block with EscrowReleased to the Transfer
 * back to Juno at the node, and from the bank's webhook of an issuance to the order of its withdrawal at the bank. Each
 * beside its floor in the same run: a reader of its own that asks for nothing but that one fact. Whole payments on the whole
 * system, one after another at a steady pace; no timer helps.
 */
export function benchReaction({ tiny, seconds, say }: Settings): Promise<Measured> {
  const count = tiny ? FEW : Math.round(seconds * PAYMENTS_PER_SECOND_ASKED);
  return withParts(async ({ checkout, supervisor, postgresUrl }) => {
    const system = await openSystem(supervisor, checkout, postgresUrl, "one-step");
    const webhooks = await hearWebhooks(system);
    const releases = await watchReleases(system);
    try {
      const sent = returnsSent(system);
      const reactor = await system.launchReactor({ ...SETTINGS, WEBHOOK_URL: webhooks.url });
      await waitUntilReady(reactor, READY_WITHIN_MS, () => answers(`${system.apiUrl}/ready`));
      say(`${count} payments, one each ${EVERY_MS} ms …`);
      const payments = await pay(system, count);
      await until(
        "every payment paid",
        ALL_END_WITHIN_MS,
        () => allPaid(system, count),
        () => standing(system),
      );
      const chain = payments.map(({ amountCentavos }) => releases.reactionOf(amountCentavos, sent.of(amountCentavos)));
      const orders = await withdrawalsAskedFor(system);
      const bank = payments.map((payment) => webhooks.reactionOf(payment, orders.get(payment.amount) ?? []));
      return measured(chain, bank, { payments: count, every_ms: EVERY_MS, ...SETTINGS });
    } finally {
      await releases.stop();
      await webhooks.stop();
      await system.close();
    }
  });
}

async function pay(system: System, count: number): Promise<readonly CellPayment[]> {
  const begun: Promise<CellPayment>[] = [];
  for (let n = 0; n < count; n++) {
    const one = createCellPayment(system, system.apiUrl, n).then(async (payment) => {
      await deposit(system.sandbox.url, { clabe: payment.depositClabe, amount: payment.amount });
      return payment;
    });
    // What fails is told when all are asked for.
    one.catch(() => undefined);
    begun.push(one);
    await sleep(EVERY_MS);
  }
  return Promise.all(begun);
}

async function allPaid({ database: { pool } }: System, count: number): Promise<true | undefined> {
  const { rows } = await pool.query("select from kustodia.payment where status = 'completed'");
  return rows.length === count ? true : undefined;
}

/** Where the legs stand of what is not paid. */
async function standing({ database: { pool } }: System): Promise<string> {
  const { rows } = await pool.query<{ told: string }>(
    `select format('%s× %s %s (%s)', count(*), leg.kind, leg.state, leg.reason) as told
     from kustodia.leg join kustodia.payment on payment.id = payment_id where status <> 'completed' group by leg.kind, leg.state, leg.reason`,
  );
  return rows.map(({ told }) => told).join(", ");
}

/** When the bank got each order of a withdrawal, unix ms, by its amount in decimal pesos. */
async function withdrawalsAskedFor({ sandbox }: System): Promise<ReadonlyMap<string, readonly number[]>> {
  const orders = new Map<string, number[]>();
  for (const { method, path, body, at } of await receivedRequests(sandbox)) {
    if (method !== "POST" || !path.endsWith("/withdrawals")) continue;
    const { amount } = JSON.parse(body ?? "{}") as { amount: string | number };
    const pesos = Number(amount).toFixed(2);
    orders.set(pesos, [...(orders.get(pesos) ?? []), at]);
  }
  return orders;
}

function measured(chain: readonly Reaction[], bank: readonly Reaction[], settings: Measured["settings"]): Measured {
  const released = timesOf(chain);
  const issued = timesOf(bank);
  const over = (name: string, { p50Ms, p99Ms, floorP50Ms, floorP99Ms }: typeof released) => [
    ...(p50Ms - floorP50Ms <= P50_OVER_FLOOR_MS
      ? []
      : [`${name}: p50 is ${Math.round(p50Ms - floorP50Ms)} ms over its floor, not ${P50_OVER_FLOOR_MS} ms.`]),
    ...(p99Ms - floorP99Ms <= P99_OVER_FLOOR_MS
      ? []
      : [`${name}: p99 is ${Math.round(p99Ms - floorP99Ms)} ms over its floor, not ${P99_OVER_FLOOR_MS} ms.`]),
  ];
  return {
    settings,
    figures: {
      ...released,
      webhookP50Ms: issued.p50Ms,
      webhookP99Ms: issued.p99Ms,
      webhookFloorP50Ms: issued.floorP50Ms,
      webhookFloorP99Ms: issued.floorP99Ms,
    },
    details: {
      "releases measured": chain.length,
      "issuances measured": bank.length,
      "release → return, worst ms": Math.round(Math.max(...chain.map(({ tookMs }) => tookMs))),
      "issuance → withdrawal, worst ms": Math.round(Math.max(...bank.map(({ tookMs }) => tookMs))),
    },
    wrong: [],
    missed: [...over("release → return", released), ...over("issuance → withdrawal", issued)],
  };
}

function timesOf(reactions: readonly Reaction[]) {
  const took = reactions.map(({ tookMs }) => tookMs);
  const floor = reactions.map(({ floorMs }) => floorMs);
  return {
    p50Ms: percentile(took, 50) ?? 0,
    p99Ms: percentile(took, 99) ?? 0,
    floorP50Ms: percentile(floor, 50) ?? 0,
    floorP99Ms: percentile(floor, 99) ?? 0,
  };
}
