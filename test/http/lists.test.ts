import { afterAll, expect, test } from "vitest";
import { readGauges } from "../../reactor/store/readGauges.ts";
import { carriedIn } from "../payments/knownFacts.ts";
import { goodPayment, newClabe, openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());

const clabe = newClabe();
const first = await api.create({
  ...goodPayment(),
  amount: "150.00",
  deposit_clabe: clabe,
  external_id: "Pedido-1001/A",
  payer: { id: "cliente-ñandú", name: "María José Núñez" },
});
const second = await api.create({ ...goodPayment(), amount: "2500.50", description: "Refacciones García" });
const third = await api.create({ ...goodPayment(), amount: "9000.00" });
await api.pool.query(
  `update kustodia.leg set state = 'active', carried = $2 where payment_id = $1 and kind = 'custody'`,
  [second.id, carriedIn("custody", "active")],
);
await api.pool.query(
  `update kustodia.leg set state = 'review', review_from = 'awaiting' where payment_id = $1 and kind = 'deposit'`,
  [third.id],
);
await api.pool.query("update kustodia.payment set created_at = '2026-01-02T00:00:00Z' where id = $1", [second.id]);

async function found(query: string): Promise<readonly number[]> {
  const { status, body } = await api.get(`/api/payments?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body as { payments: { id: number }[] }).payments.map(({ id }) => id);
}

test.each([
  ["state=custody.active", [second.id]],
  ["state=deposit.review", [third.id]],
  ["state=custody.waiting", [third.id, first.id]],
  ["state=custody.active&amount=150.00", []],
  [`clabe=${clabe}`, [first.id]],
  ["clabe=002115016003269411", [third.id, second.id, first.id]],
  ["clabe=002115016003269411&state=custody.active", [second.id]],
  ["amount=2500.50", [second.id]],
  ["amount_from=2500.50&amount_to=9000.00", [third.id, second.id]],
  ["created_from=2026-01-01T00:00:00Z&created_before=2026-01-03T00:00:00Z", [second.id]],
  ["created_before=2026-01-02T00:00:00Z", []],
  ["q=nunez", [first.id]],
  ["q=MARÍA%20jos", [first.id]],
  ["q=1001", [first.id]],
  ["q=pedido-1001", [first.id]],
  ["q=garcia", [second.id]],
  ["q=vendedora", [third.id, second.id, first.id]],
  ["q=ujer", []],
  ["q=%26%7C!()", []],
  ["q='%20or%201=1", []],
])("payments are found by %s", async (query, ids) => {
  expect(await found(query)).toEqual(ids);
});

test.each([
  ["state=active", "unknown_leg_state"],
  ["clabe=123", "not_18_digits"],
  ["amount=1.999", "too_many_decimals"],
  ["created_from=ayer", "not_iso_date"],
])("a search by %s is refused", async (query, problem) => {
  expect(await api.get(`/api/payments?${query}`)).toMatchObject({
    status: 400,
    body: { type: `/problems/${problem}` },
  });
});

test("a filtered list goes on page by page, also when a payment is created meanwhile", async () => {
  const page = await api.get("/api/payments?q=vendedora&limit=2");
  expect(page.body).toMatchObject({ payments: [{ id: third.id }, { id: second.id }], next_before: second.id });
  const { id: fourth } = await api.create();
  expect(await found(`q=vendedora&limit=2&before=${second.id}`)).toEqual([first.id]);
  expect(await found("q=vendedora&limit=1")).toEqual([fourth]);
});

/** Every list: what it is called by, and what names a row of it. */
const LISTS = [
  ["/api/payments", "payments", "id", "before"],
  ["/api/payments/1/events", "events", "id", "after"],
  ["/api/keys", "keys", "id", "before"],
  ["/api/plans", "plans", "hash", "before"],
  ["/api/audit/plans", "plans", "hash", "before"],
  ["/api/alerts", "alerts", "id", "before"],
  ["/api/webhook-deliveries", "deliveries", "id", "before"],
  ["/api/unassigned-deposits", "deposits", "issuance_id", "after"],
] as const;

test.each(LISTS)(
  "%s is read row by row as it is read whole: nothing twice, nothing missing",
  async (path, name, id, cursor) => {
    await fillLists();
    const read = async (query: string) => {
      const { body } = await api.get(`${path}?${query}`);
      return body as Record<string, readonly Record<string, unknown>[]> & Record<`next_${string}`, unknown>;
    };
    const whole = (await read("limit=100"))[name]?.map((row) => row[id]) ?? [];
    expect(whole.length).toBeGreaterThan(2);
    const rows: unknown[] = [];
    for (let next: unknown = ""; next !== null; ) {
      const page = await read(`limit=2${next === "" ? "" : `&${cursor}=${encodeURIComponent(String(next))}`}`);
      rows.push(...(page[name]?.map((row) => row[id]) ?? []));
      next = page[`next_${cursor}`];
      expect(rows.length).toBeLessThanOrEqual(whole.length);
    }
    expect(rows).toEqual(whole);
  },
);

let filled = false;
/** Three rows or more for each list; of equal times where a clock could tell no order. */
async function fillLists(): Promise<void> {
  if (filled) return;
  filled = true;
  const ana = await api.person("Ana", ["read", "operate", "approve"]);
  await api.post("/api/webhook-endpoints", { url: "https://ejemplo.mx/", reason: "prueba" });
  for (let pull = 0; pull < 3; pull++) {
    await api.post("/api/kill-switch/pull", { reason: `motivo ${pull}` });
    await ana.post("/api/kill-switch/lift", { reason: `plan ${pull}` });
    await api.post("/api/payments/1/hold", { reason: "revisar" });
    await api.post("/api/payments/1/release-hold", { reason: "ya" });
    await api.post("/api/keys", { owner: "tienda", owner_kind: "service", scopes: ["read"], reason: `clave ${pull}` });
  }
  await api.pool.query(`
    update kustodia.plan set proposed_at = now(); update kustodia.api_key set created_at = now();
    insert into kustodia.alert (name, detail, closed_at) select 'a' || n, 'd', now() from generate_series(1, 3) n;
    insert into kustodia.bank_transaction (id, type, status, amount_base_units, refunded, created_at, updated_at)
      select 'iss-' || n, 'ISSUANCE', 'COMPLETE', 1, false, now(), now() from generate_series(1, 5) n;
    insert into kustodia.unassigned_deposit (issuance_id, why, clabe, amount_centavos, candidate_legs)
      select 'iss-' || n, 'unmatched', '${clabe}', 1, '[]' from generate_series(1, 5) n`);
}

test("with many payments stored no search reads them all", async () => {
  await api.pool.query(
    `
    insert into kustodia.payment (customer_id, amount_centavos, deposit_clabe, custody_end, expires_at, status, created_at)
      select $1, 10000 + n * 7, '71096900000' || lpad(n::text, 7, '0'), now(), now(), 'completed', now() - n * interval '1 hour'
      from generate_series(1, 20000) n`.replace("$1", "'cliente-ñandú'"),
  );
  await api.pool.query(`
    insert into kustodia.party (payment_id, payer_name, salt)
      select id, 'Compradora ' || md5(id::text), 's'
      from kustodia.payment where id not in (select payment_id from kustodia.party);
    insert into kustodia.leg (payment_id, kind, state, amount_centavos)
      select id, kind, state, amount_centavos from kustodia.payment,
        (values ('deposit', 'issued'), ('custody', 'returned'), ('payout', 'paid')) over (kind, state)
      where id not in (select payment_id from kustodia.leg);
    analyze kustodia.payment; analyze kustodia.party; analyze kustodia.leg`);
  for (const query of [
    "limit=50",
    "status=review",
    "state=custody.active",
    "state=payout.paid",
    `clabe=${clabe}`,
    "amount=777.00",
    "created_from=2026-01-01T00:00:00Z&created_before=2026-01-03T00:00:00Z",
    "q=nunez",
    "q=1001&status=pending",
  ]) {
    expect(await tablesReadWhole(() => found(query)), query).toEqual([]);
  }
  // A word of one payment far back, one of nearly all, and one of those together with what few have.
  expect(await found("q=nunez")).toEqual([first.id]);
  const newest = await found("q=compradora&limit=50");
  expect(newest).toEqual(await found("limit=50"));
  const last = newest.at(-1) ?? 0;
  expect(await found(`q=compradora&limit=50&before=${last}`)).toEqual(await found(`limit=50&before=${last}`));
  expect(await found("q=compradora&amount=10777.00")).toEqual(await found("amount=10777.00"));
});

test("with many payments stored neither the panel nor the metrics read them all", async () => {
  expect(await tablesReadWhole(() => api.get("/api/overview"))).toEqual([]);
  expect(await tablesReadWhole(() => readGauges(api.db))).toEqual([]);
});

/** Which tables a question has read from one end to the other, by Postgres' own count. */
async function tablesReadWhole(ask: () => Promise<unknown>): Promise<readonly string[]> {
  const counts = async () => {
    await api.pool.query("select pg_stat_force_next_flush()");
    await api.pool.query("select pg_stat_clear_snapshot()");
    const { rows } = await api.pool.query<{ relname: string; rows: string }>(
      "select relname, seq_tup_read as rows from pg_stat_user_tables where schemaname = 'kustodia'",
    );
    return new Map(rows.map((row) => [row.relname, Number(row.rows)]));
  };
  const before = await counts();
  await ask();
  await flushAll();
  const after = await counts();
  return [...after].filter(([name, read]) => read - (before.get(name) ?? 0) > 10_000).map(([name]) => name);
}

/** A connection tells its counts when it is next idle for a second; asked, at once. */
async function flushAll(): Promise<void> {
  const flush = () => api.db.execute("select pg_stat_force_next_flush()");
  await Promise.all(Array.from({ length: 16 }, flush));
}
