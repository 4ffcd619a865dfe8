import { sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { appendEvents, type NewEvent } from "../../reactor/store/appendEvent.ts";
import { openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const quiet = (note: string): NewEvent => ({
  ...{ paymentId: null, legId: null, type: "todo_en_calma", data: { note }, actor: "prueba" },
});
const append = async (note: string) => {
  const [event] = await appendEvents(api.db, [quiet(note)]);
  return event?.id ?? 0;
};

/** Listens until `count` messages were told. @returns their ids and notes. */
async function listen(count: number, { path = "/api/events", last }: { path?: string; last?: number } = {}) {
  const response = await api.app.request(path, {
    headers: { authorization: `Bearer ${api.apiKey}`, ...(last !== undefined && { "last-event-id": String(last) }) },
  });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const messages = () =>
    text.split("\n\n").flatMap((block) => {
      const id = /^id: (\d+)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      return id && data ? [{ id: Number(id), event: JSON.parse(data) as { id: number; data: { note: string } } }] : [];
    });
  const read = async () => {
    while (messages().length < count) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) break;
      text += chunk.value;
    }
    await reader?.cancel();
    return messages().map(({ event }) => event.data.note);
  };
  return { read, so: () => messages().length };
}

test("who listens is told what happens from then on, each event once and in order", async () => {
  await append("antes");
  const listener = await listen(3);
  await append("uno");
  await append("dos");
  await append("tres");
  expect(await listener.read()).toEqual(["uno", "dos", "tres"]);
});

test("who comes back with the last number that it heard is told what it missed", async () => {
  const last = await append("oído");
  await append("perdido 1");
  await append("perdido 2");
  const listener = await listen(2, { last });
  expect(await listener.read()).toEqual(["perdido 1", "perdido 2"]);
});

test("an event that commits after one of a higher number is told before it, and none is missed", async () => {
  const listener = await listen(2);
  let commit = () => undefined as unknown;
  const committed = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let drawn = () => undefined as unknown;
  const isDrawn = new Promise<void>((resolve) => {
    drawn = resolve;
  });
  const slow = api.db.transaction(async (tx) => {
    await appendEvents(tx, [quiet("primero")]);
    drawn();
    await committed;
  });
  await isDrawn;
  await append("segundo");
  const read = listener.read();
  // Longer than several looks.
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect(listener.so()).toBe(0);
  commit();
  await slow;
  expect(await read).toEqual(["primero", "segundo"]);
});

test("a number that was never committed holds nothing up", async () => {
  const listener = await listen(1);
  await api.db
    .transaction(async (tx) => {
      await appendEvents(tx, [quiet("deshecho")]);
      await tx.execute(sql`select 1 / 0`);
    })
    .catch(() => undefined);
  await append("después");
  expect(await listener.read()).toEqual(["después"]);
});

test("only one payment's events are told to who asks for them", async () => {
  const last = await append("inicio");
  const one = await api.create();
  await api.create();
  const listener = await api.app.request(`/api/events?payment_id=${one.id}`, {
    headers: { authorization: `Bearer ${api.apiKey}`, "last-event-id": String(last) },
  });
  const reader = listener.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("data:")) text += (await reader?.read())?.value ?? "";
  await api.create();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await reader?.cancel();
  expect([...text.matchAll(/"payment_id":(\d+)/g)].map(([, id]) => Number(id))).toEqual([one.id]);
});

test("listeners are bounded, and one that leaves makes room", async () => {
  const path = "/api/events";
  const headers = { authorization: `Bearer ${api.apiKey}` };
  const open = await Promise.all(Array.from({ length: 100 }, () => api.app.request(path, { headers })));
  expect((await api.app.request(path, { headers })).status).toBe(503);
  await Promise.all(open.map((response) => response.body?.cancel()));
  await expect.poll(async () => (await api.app.request(path, { headers })).status, { timeout: 10_000 }).toBe(200);
});

test("without a key nothing is told", async () => {
  expect((await api.app.request("/api/events")).status).toBe(401);
});
