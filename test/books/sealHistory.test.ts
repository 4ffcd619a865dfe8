import { createHash } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { sealHistory } from "../../reactor/books/sealHistory.ts";
import { appendEvents, type NewEvent } from "../../reactor/store/appendEvent.ts";
import { BEGINNING_OF_HISTORY, countUnsealed, type Place, readSealHead } from "../../reactor/store/seals.ts";
import { postMovement, reserve, settleTransfers } from "../../reactor/store/transfers.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { freshStore, putLeg, storePayment } from "../store/freshStore.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());

const created = (paymentId: number | null, data: NewEvent["data"] = {}): NewEvent => ({
  ...{ paymentId, legId: null, type: "deposito_emitido", data, actor: "kustodia" },
});
/** A transaction of another server process on the cluster may be open: then the newest rows wait. */
const sealed = async (from: Place | null = null) => {
  let above = from;
  do above = (await sealHistory(db, above)).next;
  while (above !== null);
};
const chainOf = async (paymentId: number) =>
  (
    await pool.query<{ line: string; hash: string; previous_hash: string }>(
      `select source || ' ' || row_id as line, hash, previous_hash from kustodia.seal where payment_id = $1 order by position`,
      [paymentId],
    )
  ).rows;
const untilSealed = (paymentId: number, count: number, from: Place | null = null) =>
  expect
    .poll(
      async () => {
        await sealed(from);
        return (await chainOf(paymentId)).length;
      },
      { timeout: 30_000 },
    )
    .toBe(count);

test("a payment's events and entries are one chain, in the order of their transactions", async () => {
  const leg = await putLeg(db, await storePayment(db), "custody", "withdrawing");
  expect(await readSealHead(db, leg.paymentId)).toBeNull();
  await db.transaction(async (tx) => {
    await reserve(tx, leg, null, { from: "juno", to: "bridge" });
    await appendEvents(tx, [created(leg.paymentId)]);
  });
  await settleTransfers(db, leg.id, "posted");
  await untilSealed(leg.paymentId, 6);
  const chain = await chainOf(leg.paymentId);
  expect(chain.map(({ line }) => line.split(" ")[0])).toEqual(["event", "entry", "entry", "event", "entry", "entry"]);
  expect(chain.map(({ previous_hash }) => previous_hash)).toEqual([
    "0".repeat(64),
    ...chain.slice(0, -1).map(({ hash }) => hash),
  ]);
  expect(await readSealHead(db, leg.paymentId)).toEqual({ position: 6, hash: chain.at(-1)?.hash });
});

test("what belongs to no payment is a chain of its own", async () => {
  await appendEvents(db, [created(null)]);
  await untilSealed(0, 1);
});

test("no row is sealed while an older one of its payment may still be committed", async () => {
  const paymentId = await storePayment(db);
  await untilSealed(paymentId, 1);
  const older = await pool.connect();
  try {
    await older.query("begin");
    await older.query(
      "insert into kustodia.event (payment_id, type, es, en, data, actor) values ($1, 'pago_creado', 'a', 'a', '{}', 'lenta')",
      [paymentId],
    );
    await appendEvents(db, [created(paymentId)]);
    await sealed();
    expect(await chainOf(paymentId)).toHaveLength(1);
    await older.query("commit");
  } finally {
    older.release();
  }
  await untilSealed(paymentId, 3);
  const { rows } = await pool.query(
    `select actor from kustodia.seal join kustodia.event on event.id = row_id
     where source = 'event' and seal.payment_id = $1 order by position`,
    [paymentId],
  );
  expect(rows.slice(1)).toEqual([{ actor: "lenta" }, { actor: "kustodia" }]);
});

test("reactors that seal at once make one chain", async () => {
  const paymentId = await storePayment(db);
  for (let more = 0; more < 30; more++) {
    await Promise.all([
      appendEvents(db, [created(paymentId)]),
      ...Array.from({ length: 5 }, () => sealHistory(db, null)),
    ]);
  }
  await untilSealed(paymentId, 31);
});

test("a row that was far behind when it appeared is found by the look at all", async () => {
  const paymentId = await storePayment(db);
  await untilSealed(paymentId, 1);
  await pool.query(
    "insert into kustodia.seal (payment_id, position, source, row_id, hash, previous_hash) values (-1, 1, 'event', 900000, '', '')",
  );
  await appendEvents(db, [created(paymentId)]);
  await sealed();
  expect(await chainOf(paymentId)).toHaveLength(1);
  await untilSealed(paymentId, 2, BEGINNING_OF_HISTORY);
  await withoutTriggers(pool, "delete from kustodia.seal where payment_id = -1");
});

test("a history of several portions is sealed to its end, and no source runs ahead of the other", async () => {
  const leg = await putLeg(db, await storePayment(db), "custody", "withdrawing");
  await pool.query(`insert into kustodia.event (payment_id, type, es, en, data, actor)
    select null, 'pago_creado', 'a', 'a', '{}', 'kustodia' from generate_series(1, 10500)`);
  await appendEvents(db, [created(leg.paymentId)]);
  await postMovement(db, leg, { from: "buyer", to: "juno" });
  await untilSealed(leg.paymentId, 4, BEGINNING_OF_HISTORY);
  const sources = (await chainOf(leg.paymentId)).map(({ line }) => line.split(" ")[0]);
  expect(sources).toEqual(["event", "event", "entry", "entry"]);
  expect(await countUnsealed(db)).toBe(0);
});

test("a row that another server's transaction wrote is old: a restored copy is sealed to its end", async () => {
  const paymentId = await storePayment(db);
  await appendEvents(db, [created(paymentId)]);
  await withoutTriggers(pool, "update kustodia.event set xact = '900000000000' where payment_id = $1", [paymentId]);
  await untilSealed(paymentId, 2);
});

/** As SECURITY and ARCHITECTURE tell it to an auditor: Postgres's own JSON and SHA-256, and nothing of ours. */
test("the hash is that of the documented bytes, computed by another program", async () => {
  const leg = await putLeg(db, await storePayment(db), "custody", "withdrawing");
  await postMovement(db, leg, { from: "buyer", to: "juno" });
  await appendEvents(db, [created(leg.paymentId, { z: "ñ «é» \u{1f600}", amount: '"1\\2"\n\t\u0001' })]);
  await untilSealed(leg.paymentId, 4);
  const { rows } = await pool.query<{ hash: string; mine: string }>(
    `select seal.hash, encode(sha256(convert_to('["kustodia-1","' || previous_hash || '","' || seal.payment_id || '","' || position || '","' ||
       case source
         when 'event' then 'event",' || to_json(event.id::text) || ',' || to_json(event.payment_id::text) || ','
           || coalesce(to_json(event.leg_id::text)::text, 'null') || ',' || to_json(type) || ',' || to_json(es) || ',' || to_json(en) || ',['
           || (select coalesce(string_agg('[' || to_json(key) || ',' || to_json(value) || ']', ',' order by key collate "C"), '') from jsonb_each_text(data))
           || '],' || to_json(actor) || ',' || to_json(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
         else 'entry",' || to_json(entry.id::text) || ',' || to_json(transfer_id::text) || ',' || to_json(entry.payment_id::text) || ','
           || to_json(entry.leg_id::text) || ',' || to_json(account) || ',' || to_json(amount_centavos::text)
           || ',' || to_json(to_char(posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
       end || ']', 'UTF8')), 'hex') as mine
     from kustodia.seal left join kustodia.event on source = 'event' and event.id = row_id
       left join kustodia.entry on source = 'entry' and entry.id = row_id
     where seal.payment_id = $1 order by position`,
    [leg.paymentId],
  );
  expect(rows.map(({ mine }) => mine)).toEqual(rows.map(({ hash }) => hash));
  expect(rows).toHaveLength(4);
  // The first event's bytes in full, as they stand in ARCHITECTURE.md's order.
  const { rows: first } = await pool.query<{
    at: string;
    id: number;
    es: string;
    en: string;
    data: Record<string, string>;
    actor: string;
    hash: string;
  }>(
    `select event.*, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, hash from kustodia.event
     join kustodia.seal on source = 'event' and row_id = event.id where event.payment_id = $1 and position = 1`,
    [leg.paymentId],
  );
  const [event] = first;
  if (event === undefined) throw new Error("The payment has no first event.");
  const own = String(leg.paymentId);
  const data = Object.entries(event.data).sort(([one], [other]) => (one < other ? -1 : 1));
  const bytes = [
    "kustodia-1",
    "0".repeat(64),
    own,
    "1",
    "event",
    String(event.id),
    own,
    null,
    "pago_creado",
    event.es,
    event.en,
    data,
    event.actor,
    event.at,
  ];
  expect(createHash("sha256").update(JSON.stringify(bytes)).digest("hex")).toBe(event.hash);
});
