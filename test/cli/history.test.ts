import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, expect, test, vi } from "vitest";
import { Refused } from "../../bin/cli/askApi.ts";
import { history } from "../../bin/cli/history.ts";
import { sealHistory } from "../../reactor/books/sealHistory.ts";
import { verifyHistory } from "../../reactor/books/verifyHistory.ts";
import { appendEvents } from "../../reactor/store/appendEvent.ts";
import { attach, momentOf, readMonths } from "../../reactor/store/months/byMonth.ts";
import { makeTable } from "../../reactor/store/months/guards.ts";
import { readMonthsMade } from "../../reactor/store/months/readMonthsMade.ts";
import { BEGINNING_OF_HISTORY, type Place } from "../../reactor/store/seals.ts";
import { postMovement } from "../../reactor/store/transfers.ts";
import { openTestFolder } from "../harness/testFolder.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { openApi } from "../http/openApi.ts";
import { putLeg, storePayment } from "../store/freshStore.ts";

const folder = openTestFolder();
const api = await openApi();
const { db, pool } = api;
afterAll(async () => {
  await api.close();
  folder.remove();
});
vi.stubEnv("DATABASE_URL", api.url);
const ana = await api.person("Ana", ["read"]);

/** As if the program had been running since 2014: its first part ends there, and two old months follow. */
const [MONTH, NEXT] = ["event_2014_05", "event_2014_06"];
const paymentId = await storePayment(db);
const [first] = await readMonths(db, "event");
if (first === undefined) throw new Error("The history has no months.");
await pool.query(`alter table kustodia.event detach partition kustodia.${first.name}`);
await attach(db, "event", first.name, { fromMs: momentOf("2014-07"), toMs: first.toMs });
for (const [name, from, to] of [
  [MONTH, "2014-05", "2014-06"],
  [NEXT, "2014-06", "2014-07"],
] as const) {
  await makeTable(db, "event", name);
  await attach(db, "event", name, { fromMs: momentOf(from), toMs: momentOf(to) });
}

await pool.query(
  `insert into kustodia.event (payment_id, type, es, en, data, actor, at)
   select $1, 'deposito_emitido', 'Emitido «ñ» \u{1f600}', 'Issued', '{"z": "1\\\\2", "amount": "$1,500.50"}', 'kustodia',
     '2014-05-10 12:00:00.123456+00'::timestamptz + make_interval(days => n * 3) from generate_series(1, 15) n`,
  [paymentId],
);
const leg = await putLeg(db, paymentId, "custody", "returned");

const rowsOf = async (name: string) =>
  (await pool.query<{ line: string }>(`select row_to_json(t)::text as line from kustodia.${name} t order by id`)).rows;
const sealed = () =>
  expect
    .poll(
      async () => {
        let above: Place | null = BEGINNING_OF_HISTORY;
        while (above !== null) above = (await sealHistory(db, above)).next;
        return (await verifyHistory(db)).unsealed;
      },
      { timeout: 30_000 },
    )
    .toBe(0);
const refusalOf = async (doing: Promise<unknown>) => {
  const error = await doing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Refused)) throw error ?? new Error("It was not refused.");
  return error.problem.detail_en;
};
const archive = (years = "10") => history(["archive"], { to: folder.path, reason: "plazo cumplido", years });
const files = () => readdirSync(folder.path).filter((name) => name.endsWith(".gz"));
const fileOf = (name: string) => folder.pathOf(files().find((file) => file.includes(name)) ?? "none");
const eventsOf = async () => {
  const { body } = await ana.get(`/api/payments/${paymentId}/events`);
  return body as { events: { created_at: string }[]; archived: { name: string; sha256: string }[] };
};
const before = await rowsOf(MONTH);

test("a month stays while one of its payments goes on, its money is somewhere, or somebody is still to be told", async () => {
  await sealed();
  expect(await refusalOf(archive())).toMatch(
    `${MONTH} stays: one of its payments has not ended (payment ${paymentId})`,
  );
  await pool.query("update kustodia.payment set status = 'completed' where id = $1", [paymentId]);
  await pool.query("update kustodia.leg set due_at = now() where id = $1", [leg.id]);
  expect(await refusalOf(archive())).toMatch("one of its payments has not ended");
  await pool.query("update kustodia.leg set due_at = null where payment_id = $1", [paymentId]);
  await postMovement(db, leg, { from: "buyer", to: "juno" });
  expect(await refusalOf(archive())).toMatch(/there is money left of one of its payments \(payment \d+, juno 150050\)/);
  await postMovement(db, leg, { from: "juno", to: "beneficiary" });
  await pool.query(
    `insert into kustodia.notice (payment_id, audience, event_id) select $1, 'buyer', min(id) from kustodia.${MONTH}`,
    [paymentId],
  );
  expect(await refusalOf(archive())).toMatch("a notice about it is still to go out");
  await pool.query("update kustodia.notice set state = 'sent', sent_at = now()");
  expect(files()).toEqual([]);
  expect(await rowsOf(MONTH)).toEqual(before);
});

test("a month with a row that is not as it was sealed, or has no seal, stays", async () => {
  await sealed();
  const [oldest] = (await pool.query<{ id: number }>(`select min(id) as id from kustodia.${MONTH}`)).rows;
  const change = (es: string) =>
    withoutTriggers(pool, "update kustodia.event set es = $2 where id = $1", [oldest?.id, es]);
  await change("otra cosa");
  expect(await refusalOf(archive())).toMatch(`${MONTH} is not as it was sealed (event ${oldest?.id})`);
  await change("Emitido «ñ» \u{1f600}");
  await pool.query(
    "insert into kustodia.event (type, es, en, data, actor, at) values ('x', 'sin sello', '', '{}', '', '2014-05-31')",
  );
  expect(await refusalOf(archive())).toMatch(`${MONTH} is not as it was sealed`);
  expect(files()).toEqual([]);
  await sealed();
});

test("what is younger than it is kept stays: ten years, when nobody says how many", async () => {
  const years = String(new Date().getUTCFullYear() - 2014 + 1);
  expect(await archive(years)).toMatchObject({ body: { archived: [] } });
  expect((await readMonths(db, "event")).map(({ name }) => name)).toContain(MONTH);
});

test("a month that is over is written to a file and leaves; writers go on, and the history is whole: archived, not broken", async () => {
  const whole = await rowsOf(MONTH);
  const told = await eventsOf();
  expect(told.archived).toEqual([]);
  expect(await history(["archive"], { to: folder.path, reason: "plazo cumplido" })).toMatchObject({
    body: { archived: [MONTH, NEXT] },
  });
  const lines = gunzipSync(readFileSync(fileOf(MONTH)))
    .toString()
    .trimEnd()
    .split("\n");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ kustodia_history: 1, name: MONTH, rows: whole.length });
  expect(lines).toHaveLength(whole.length + 1);
  expect((await rowsOf("event")).some(({ line }) => line.includes("2014-0"))).toBe(false);

  await appendEvents(db, [{ paymentId, legId: null, type: "en_revision", data: {}, actor: "kustodia" }]);
  await sealed();
  expect(await verifyHistory(db)).toMatchObject({ archived: 16, firstBreak: null });
  const after = await eventsOf();
  expect(after.archived.map(({ name }) => name)).toEqual([MONTH, NEXT]);
  expect(after.events.length).toBe(told.events.length - 15 + 1);
  const { text } = await history([], {});
  expect(text).toMatch(`${MONTH}  ${whole.length}  archivado en`);
  expect(await readMonthsMade(db)).toMatchObject({ strayRows: 0 });
  // Its table is beside the history, and guarded still.
  await expect(pool.query(`delete from kustodia.${MONTH}`)).rejects.toThrow(/append-only/);
});

test("a month that is said to be in a file without the sealed word of it is a break", async () => {
  const [{ ids } = { ids: "" }] = (
    await pool.query<{ ids: string }>("select row_ids::text as ids from kustodia.archived_month where name = $1", [
      MONTH,
    ])
  ).rows;
  const [{ id } = { id: 0 }] = (
    await pool.query<{ id: number }>("select max(id) as id from kustodia.event where payment_id = $1", [paymentId])
  ).rows;
  const say = (rowIds: string, rows: number) =>
    pool.query("update kustodia.archived_month set row_ids = $2, rows = rows + $3 where name = $1", [
      MONTH,
      rowIds,
      rows,
    ]);
  await pool.query("create table public.lost as select * from kustodia.event where id = $1", [id]);
  await withoutTriggers(pool, "delete from kustodia.event where id = $1", [id]);
  expect((await verifyHistory(db)).firstBreak).toMatchObject({ what: "row_missing" });
  await say(`${ids.slice(0, -1)},[${id},${id}]}`, 1);
  expect((await verifyHistory(db)).firstBreak).toMatchObject({
    what: "archive_changed",
    row: `archived_month ${MONTH}`,
  });
  await say(`${ids.slice(0, -1)},[${id},${id}]}`, -1);
  expect((await verifyHistory(db)).firstBreak).toMatchObject({ what: "archive_changed" });
  await say(ids, 0);
  await withoutTriggers(pool, "insert into kustodia.event overriding system value select * from public.lost");
  expect((await verifyHistory(db)).firstBreak).toBeNull();
});

test("its table is given up only before the file that was sealed", async () => {
  const other = folder.pathOf("otro.jsonl.gz");
  writeFileSync(
    other,
    gzipSync(
      gunzipSync(readFileSync(fileOf(MONTH)))
        .toString()
        .replace("Emitido", "emitido"),
    ),
  );
  const drop = (name: string, file: string) => history(["drop", name], { file, reason: "ya está en dos lugares" });
  expect(await refusalOf(drop(MONTH, other))).toMatch("is not the file of");
  expect(await refusalOf(drop(MONTH, fileOf(NEXT)))).toMatch("is not the file of");
  expect(await refusalOf(drop("event_2030_01", fileOf(MONTH)))).toMatch("is not archived");
  expect(await rowsOf(MONTH)).not.toEqual([]);
  await drop(MONTH, fileOf(MONTH));
  await expect(rowsOf(MONTH)).rejects.toThrow(/does not exist/);
  await sealed();
  expect((await verifyHistory(db)).firstBreak).toBeNull();
});

test("a month comes back from its file to the letter, guarded, and no other file passes for it", async () => {
  const restore = (file: string) => history(["restore", file], { reason: "auditoría" });
  expect(await refusalOf(restore(folder.pathOf("otro.jsonl.gz")))).toMatch("is not the file of");
  await restore(fileOf(MONTH));
  await restore(fileOf(NEXT));
  expect((await rowsOf(MONTH)).slice(0, before.length)).toEqual(before);
  await expect(pool.query(`delete from kustodia.${MONTH}`)).rejects.toThrow(/append-only/);
  await sealed();
  expect(await verifyHistory(db)).toMatchObject({ archived: 0, firstBreak: null });
  expect((await eventsOf()).archived).toEqual([]);
  expect(await refusalOf(restore(fileOf(MONTH)))).toMatch("is not archived");
});
