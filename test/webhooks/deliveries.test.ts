import { randomBytes, randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { appendEvents } from "../../reactor/store/appendEvent.ts";
import { claimDelivery } from "../../reactor/store/claimDelivery.ts";
import { redeliver, redeliverSince } from "../../reactor/store/redeliver.ts";
import { saveDelivery } from "../../reactor/store/saveDelivery.ts";
import { addEndpoint, changeEndpoint, rotateSecret } from "../../reactor/store/webhookEndpoints.ts";
import type { Deliverer } from "../../reactor/webhooks/deliver.ts";
import { reachOf } from "../../reactor/webhooks/reach.ts";
import { runDeliveries } from "../../reactor/webhooks/runDeliveries.ts";
import { freshStore, storePayment } from "../store/freshStore.ts";
import { openReceiver } from "./openReceiver.ts";

const INSTALLATION = "6f1c2f63-3c1e-4f57-9f0e-0c4b7d1a2b3c";
const WITHIN_MS = 15_000;

/** Each test's own, so that nobody else's endpoint gets its events. */
let store: Awaited<ReturnType<typeof freshStore>>;
let paymentId: number;
const opened: { close(): Promise<unknown> }[] = [];
beforeEach(async () => {
  store = await freshStore();
  paymentId = await storePayment(store.db);
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await store.close();
});
const failures: unknown[] = [];
afterAll(() => expect(failures).toEqual([]));

async function receive(reply?: Parameters<typeof openReceiver>[0]) {
  const receiver = await openReceiver(reply);
  opened.push(receiver);
  return receiver;
}

/** Looks until it is so. */
const untilTrue = (what: string, withinMs: number, look: () => Promise<boolean>) =>
  until(what, withinMs, async () => ((await look()) ? true : undefined));

const BY = { actor: "api", reason: "prueba" };

const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

async function register(url: string, change: { eventTypes?: ["pago_completado"]; secret?: string } = {}) {
  const { endpoint } = await addEndpoint(store.db, { eventTypes: null, secret: newSecret(), ...change, url }, BY);
  // The endpoint is told of itself; the tests count what comes after.
  await store.pool.query("update kustodia.outgoing_delivery set state = 'delivered'");
  return endpoint;
}

/** Runs deliveries as a reactor does. @returns what they showed. */
function deliver(change: Partial<Deliverer> = {}) {
  const shown: string[] = [];
  const stop = runDeliveries(
    {
      db: store.db,
      installationId: INSTALLATION,
      outside: { resolve: async () => ["127.0.0.1"], mayReach: reachOf(["127.0.0.1/32"]), timeoutMs: 5_000 },
      retryAfterMs: [100, 100, 100],
      nowMs: Date.now,
      random: () => 0,
      show: ({ type }) => shown.push(type),
      ...change,
    },
    (_doing, error) => failures.push(error),
  );
  opened.unshift({ close: stop });
  return { shown, stop };
}

async function append(...payments: (number | null)[]): Promise<number[]> {
  const events = payments.map((payment) => ({
    paymentId: payment,
    legId: null,
    type: "deposito_emitido" as const,
    data: { amount: "$1,500.50" },
    actor: "kustodia",
  }));
  return (await appendEvents(store.db, events)).map(({ id }) => id);
}

/** One after the other: so many at once wait longer for a connection than a busy machine lets them. */
async function storePayments(count: number): Promise<number[]> {
  const ids: number[] = [];
  while (ids.length < count) ids.push(await storePayment(store.db));
  return ids;
}

const states = async (endpointId: number | null = null) => {
  const { rows } = await store.pool.query(
    `select state, attempts from kustodia.outgoing_delivery
     where state <> 'delivered' and ($1::int is null or endpoint_id = $1) order by id`,
    [endpointId],
  );
  return rows;
};
const delivered = async () =>
  Number(
    (await store.pool.query("select count(*) from kustodia.outgoing_delivery where state = 'delivered'")).rows[0].count,
  );
const endpointRow = async () => (await store.pool.query("select * from kustodia.webhook_endpoint order by id")).rows[0];

test("a delivery is written with its event, for each endpoint that asks for its type, or with neither", async () => {
  await register("http://127.0.0.1:9/todo");
  await register("http://127.0.0.1:9/pagados", { eventTypes: ["pago_completado"] });
  await expect(
    store.db.transaction(async (tx) => {
      await appendEvents(tx, [{ paymentId, legId: null, type: "pago_completado", data: {}, actor: "x" }]);
      throw new Error("se deshace");
    }),
  ).rejects.toThrow("se deshace");
  expect(await states()).toEqual([]);
  await append(paymentId);
  expect(await states()).toHaveLength(1);
  await appendEvents(store.db, [{ paymentId, legId: null, type: "pago_completado", data: {}, actor: "x" }]);
  expect(await states()).toHaveLength(3);
});

test("an event arrives signed as Standard Webhooks has it, without names, whole CLABEs, free text or who did it", async () => {
  const receiver = await receive();
  const { secret } = await register(receiver.url);
  deliver();
  const data = {
    amount: "$1,500.50",
    clabe: "••••9719",
    why: "pregunta por Ana Pérez",
    bankAccountId: "032180000118359719",
  };
  const [event] = await appendEvents(store.db, [{ paymentId, legId: null, type: "en_revision", data, actor: "Beto" }]);
  await untilTrue("a webhook", WITHIN_MS, async () => receiver.received.length > 0);
  const { headers = {}, body = "" } = receiver.received[0] ?? {};
  const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
  expect(verified).toEqual({
    type: "en_revision",
    timestamp: new Date(event?.atMs ?? 0).toISOString(),
    data: {
      event_id: event?.id,
      payment_id: paymentId,
      external_id: null,
      description: "Requiere revisión: …",
      description_en: "Needs review: …",
      amount: "$1,500.50",
      clabe: "••••9719",
    },
  });
  expect(headers["webhook-id"]).toBe(`evt_6f1c2f633c1e4f579f0e0c4b7d1a2b3c_${event?.id}`);
  expect(body).not.toMatch(/\d{18}|Ana|Beto/);
  expect(() => new Webhook(newSecret()).verify(body, headers as Record<string, string>)).toThrow();
});

test("while a rotation overlaps both secrets verify; afterwards only the new one", async () => {
  const receiver = await receive();
  const { id, secret: old } = await register(receiver.url);
  const secret = newSecret();
  const verifies = (index: number, by: string) => {
    const { body, headers } = receiver.received[index] ?? { body: "", headers: {} };
    try {
      return new Webhook(by).verify(body, headers as Record<string, string>) !== undefined;
    } catch {
      return false;
    }
  };
  await rotateSecret(store.db, id, { secret, overlapHours: 1 }, BY);
  deliver();
  await untilTrue("the first", WITHIN_MS, async () => receiver.received.length === 1);
  expect([verifies(0, old), verifies(0, secret)]).toEqual([true, true]);
  await store.pool.query("update kustodia.webhook_endpoint set previous_secret_until = now() - interval '1 s'");
  await append(paymentId);
  await untilTrue("the second", WITHIN_MS, async () => receiver.received.length === 2);
  expect([verifies(1, old), verifies(1, secret)]).toEqual([false, true]);
});

test("a refused delivery is tried again with the same id and body, and those of its payment wait behind it while others go on", async () => {
  const other = await storePayment(store.db);
  const receiver = await receive();
  await register(receiver.url);
  const [first, second, ofOther] = (await append(paymentId, paymentId, other)) as [number, number, number];
  let refusals = 0;
  receiver.reply = ({ body }) => {
    if (JSON.parse(body).data.event_id !== first || refusals === 2) return { status: 200 };
    refusals++;
    return { status: 500 };
  };
  deliver({ retryAfterMs: [700, 700, 700] });
  await untilTrue("all", WITHIN_MS, async () => receiver.received.length === 5);
  const order = receiver.eventIds();
  expect(order.filter((id) => id !== ofOther)).toEqual([first, first, first, second]);
  expect(order.indexOf(ofOther)).toBeLessThan(2);
  const tries = receiver.received.filter(({ body }) => JSON.parse(body).data.event_id === first);
  expect(new Set(tries.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(new Set(tries.map(({ body }) => body)).size).toBe(1);
});

test("a slow endpoint and a dead one slow nobody else", async () => {
  const slow = await receive(() => ({ status: 200, afterMs: 3_000 }));
  const fine = await receive();
  await register(slow.url);
  await register("http://127.0.0.1:9/nadie");
  await register(fine.url);
  const payments = await storePayments(20);
  const ids = await append(...payments);
  deliver();
  // Four at a time of three seconds each would be fifteen seconds and more for these.
  await untilTrue("all of the third's", 10_000, async () => ids.every((id) => fine.eventIds().includes(id)));
  expect(slow.received.length).toBeLessThan(20);
});

test("two reactors share the work and send nothing twice", async () => {
  const receiver = await receive();
  await register(receiver.url);
  const payments = await storePayments(30);
  const ids = await append(...payments, ...payments);
  const before = await delivered();
  deliver();
  deliver();
  await untilTrue("all", WITHIN_MS, async () => (await states()).length === 0);
  const arrived = receiver.eventIds().filter((id) => ids.includes(id));
  expect(arrived.toSorted((a, b) => a - b)).toEqual(ids);
  expect(await delivered()).toBeGreaterThan(before);
  // Each payment's later event came after its earlier one.
  for (const [index] of payments.entries()) {
    const [earlier, later] = [ids[index] ?? 0, ids[index + payments.length] ?? 0];
    expect(arrived.indexOf(earlier)).toBeLessThan(arrived.indexOf(later));
  }
});

test("what a killed reactor had in hand is sent by another when the lease is over, and its late answer changes nothing", async () => {
  const receiver = await receive();
  const { id } = await register(receiver.url);
  await append(paymentId);
  const inHand = await claimDelivery(store.db, id);
  expect(await claimDelivery(store.db, id)).toBeNull();
  if (inHand === null) throw new Error("Nothing was claimed.");
  deliver();
  await store.pool.query("update kustodia.outgoing_delivery set lease_until = now() where lease_until is not null");
  await untilTrue(
    "the delivery",
    WITHIN_MS,
    async () => receiver.received.length === 1 && (await states()).length === 0,
  );
  await saveDelivery(store.db, inHand, { accepted: false, status: 500, error: "tarde", retryInMs: 1 });
  expect(await states()).toEqual([]);
});

test("a reactor that is stopped gives back what it had in hand, at once", async () => {
  const receiver = await receive(() => ({ status: 200, afterMs: 3_000 }));
  await register(receiver.url);
  await append(paymentId);
  const { stop } = deliver();
  await untilTrue("a try", WITHIN_MS, async () => receiver.received.length === 1);
  await stop();
  expect(await states()).toEqual([{ state: "pending", attempts: 0 }]);
  const { rows } = await store.pool.query("select from kustodia.outgoing_delivery where lease_until is not null");
  expect(rows).toEqual([]);
});

test("an endpoint that accepts nothing for the whole schedule is disabled, told once to the others, and gets nothing more", async () => {
  const watcher = await receive();
  const dead = await receive(() => ({ status: 503 }));
  const { id } = await register(dead.url);
  await register(watcher.url);
  await append(paymentId, paymentId);
  const { shown } = deliver();
  await untilTrue("the disabling", WITHIN_MS, async () => shown.length > 0);
  expect(shown).toEqual(["webhook_desactivado"]);
  expect(await endpointRow()).toMatchObject({ enabled: false, disabled_why: "failing" });
  expect(dead.received).toHaveLength(4);
  await untilTrue("the news", WITHIN_MS, async () =>
    watcher.received.some(({ body }) => JSON.parse(body).type === "webhook_desactivado"),
  );
  expect(await states(id)).toEqual([
    { state: "abandoned", attempts: 4 },
    { state: "pending", attempts: 0 },
  ]);
});

test("one event that an endpoint never accepts is abandoned alone: the endpoint goes on with the next", async () => {
  const receiver = await receive();
  await register(receiver.url);
  const other = await storePayment(store.db);
  const [poison] = await append(paymentId);
  receiver.reply = ({ body }) => ({ status: JSON.parse(body).data.event_id === poison ? 400 : 200 });
  // Its last try waits until the other event's acceptance is in the books, however busy the machine is.
  const { shown } = deliver({ retryAfterMs: [100, 100, 3_600_000] });
  await untilTrue("all tries but the last", WITHIN_MS, async () => (await states())[0]?.attempts === 3);
  const [accepted] = await append(other);
  await untilTrue("the other one", WITHIN_MS, async () => (await endpointRow()).failing_since === null);
  expect(receiver.eventIds()).toContain(accepted);
  await store.pool.query("update kustodia.outgoing_delivery set due_at = now() where state = 'pending'");
  await untilTrue("the end of the schedule", WITHIN_MS, async () => (await states())[0]?.state === "abandoned");
  const [next] = await append(paymentId);
  await untilTrue("the next", WITHIN_MS, async () => receiver.eventIds().includes(next ?? 0));
  expect(shown).toEqual([]);
  await untilTrue("its acceptance", WITHIN_MS, async () => (await endpointRow()).failing_since === null);
  expect(await endpointRow()).toMatchObject({ enabled: true });
});

test("an endpoint that answers 410 is disabled at once; enabled again it gets what waited", async () => {
  const receiver = await receive(() => ({ status: 410 }));
  const { id } = await register(receiver.url);
  const [event] = await append(paymentId);
  const { shown } = deliver();
  await untilTrue("the disabling", WITHIN_MS, async () => shown.length > 0);
  expect(await endpointRow()).toMatchObject({ enabled: false, disabled_why: "gone" });
  receiver.reply = () => ({ status: 200 });
  await changeEndpoint(store.db, id, { enabled: true }, BY);
  await untilTrue("the rest", WITHIN_MS, async () => (await states()).length === 0);
  expect(receiver.eventIds().filter((one) => one === event)).toHaveLength(2);
});

test("an endpoint that fails again and again is tried ever more seldom", async () => {
  const dead = await receive(() => ({ status: 500 }));
  await register(dead.url);
  const payments = await storePayments(30);
  await append(...payments);
  deliver({ retryAfterMs: [60_000] });
  await untilTrue("ten failures", WITHIN_MS, async () => (await endpointRow()).failures >= 10);
  const { failures: failed, paused_until } = await endpointRow();
  // Four at once may have been on their way when the tenth failed.
  expect(failed).toBeLessThanOrEqual(13);
  expect(paused_until.getTime()).toBeGreaterThan(Date.now() + 30_000);
});

test("a delivery is sent again by hand, and so is what an endpoint missed while it was disabled", async () => {
  const receiver = await receive();
  const { id } = await register(receiver.url);
  const [first] = await append(paymentId);
  deliver();
  await untilTrue("the first", WITHIN_MS, async () => (await states()).length === 0);
  const { rows } = await store.pool.query("select id from kustodia.outgoing_delivery where event_id = $1", [first]);
  expect(await redeliver(store.db, rows[0].id, BY)).toMatchObject({ count: 1 });
  expect(await redeliver(store.db, 999_999, BY)).toBeNull();
  await untilTrue("it again", WITHIN_MS, async () => receiver.eventIds().filter((one) => one === first).length === 2);

  await changeEndpoint(store.db, id, { enabled: false }, BY);
  const [missed] = await append(paymentId);
  await changeEndpoint(store.db, id, { enabled: true }, BY);
  const before = receiver.received.length;
  const again = (await redeliverSince(store.db, id, Date.now() - 60_000, BY))?.count;
  await untilTrue("what was missed", WITHIN_MS, async () => receiver.eventIds().includes(missed ?? 0));
  await untilTrue("the end", WITHIN_MS, async () => (await states()).length === 0);
  // What it had accepted does not come again.
  expect(receiver.eventIds().slice(before)).not.toContain(first);
  expect(again).toBeGreaterThan(0);
});

test("an event's id is another one in another installation", async () => {
  const receiver = await receive();
  await register(receiver.url);
  await append(paymentId);
  deliver({ installationId: randomUUID() });
  await untilTrue("a webhook", WITHIN_MS, async () => receiver.received.length > 0);
  expect(receiver.received[0]?.headers["webhook-id"]).not.toContain("6f1c2f63");
});
