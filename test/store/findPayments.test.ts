import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../reactor/store/database.ts";
import { findPayments, type PaymentFilter } from "../../reactor/store/findPayments.ts";
import { freshStore, storePayment } from "./freshStore.ts";

const store = await freshStore();
afterAll(() => store.close());

const PAYMENTS = 1_500;
const ALL: PaymentFilter = {
  ...{ status: null, leg: null, clabe: null, fromCentavos: null, toCentavos: null },
  ...{ createdFromMs: null, createdBeforeMs: null, text: null },
};
type Stored = Readonly<{ id: number; status: string; texts: readonly string[] }>;
let stored: readonly Stored[] = [];

/** Words of all, of half, of one in forty, of a few far back, of one; and two that are common and nearly never together. */
beforeAll(async () => {
  await storePayment(store.db);
  await store.pool.query(`
    insert into kustodia.payment (customer_id, external_id, description, amount_centavos, deposit_clabe, custody_end, expires_at, status)
      select (select id from kustodia.customer), 'Pedido-' || n,
        case when n = 9 then 'rojo azul' when n % 2 = 0 then 'rojo' else 'azul' end || case when n % 40 = 0 then ' Raro' else '' end
          || case when n in (5, 7) then ' único' else '' end,
        10000 + n, '646180000000000001', now(), now(), case when n % 20 = 0 then 'review' else 'completed' end
      from generate_series(1, ${PAYMENTS}) n;
    insert into kustodia.party (payment_id, payer_name, salt)
      select id, 'Compradora ' || id % 7 || case when id % 3 = 0 then ' Núñez' else '' end, 's'
      from kustodia.payment where id not in (select payment_id from kustodia.party);
    insert into kustodia.leg (payment_id, kind, state, amount_centavos)
      select id, 'payout', 'paid', amount_centavos from kustodia.payment where id not in (select payment_id from kustodia.leg);
    insert into kustodia.payout_account (leg_id, version, payee, legal_name, clabe, given_by, reason)
      select id, 1, 'seller', 'Vendedora ' || payment_id % 11 || ' SA', '002115016003269411', 'api', 'r'
      from kustodia.leg where id not in (select leg_id from kustodia.payout_account)`);
  const { rows } = await store.pool.query<Stored>(`
    select id, status, array[concat_ws(' ', external_id, customer_id, description), (select payer_name from kustodia.party where payment_id = payment.id)]
      || (select array_agg(legal_name) from kustodia.payout_account join kustodia.leg on leg.id = leg_id where payment_id = payment.id) as texts
    from kustodia.payment order by id desc`);
  stored = rows;
});

const wordsOf = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
const hasAll = (text: string, words: readonly string[]) =>
  words.every((word) => wordsOf(text).some((one) => one.startsWith(word)));

/** The same, by going through all of them. */
const foundByHand = (text: string, status: string | null, page: { limit: number; before: number | null }) =>
  stored
    .filter((one) => status === null || one.status === status)
    .filter(({ id }) => page.before === null || id < page.before)
    .filter(({ texts }) => texts.some((one) => hasAll(one, wordsOf(text))))
    .slice(0, page.limit)
    .map(({ id }) => id);

test.each([
  ["a word of all", "compradora"],
  ["a word of all and one of a few", "pedido único"],
  ["a word of all and one of one", "pedido 1234"],
  ["beginnings of words", "ped 29"],
  ["a number", "17"],
  ["a word of one in forty", "raro"],
  ["a common and a less common one", "rojo raro"],
  ["two common ones that one payment alone has together", "rojo azul"],
  ["words of two texts, which no text has both", "compradora pedido"],
  ["a word of all and one of a few, which no text has both", "compradora único"],
  ["a word and a number of the seller", "vendedora 7"],
  ["an accent", "NUÑEZ"],
  ["a word of nobody", "nadie"],
  ["a word of all and one of nobody", "pedido nadie"],
])("a search for %s finds what going through all payments finds, page by page", async (_, text) => {
  for (const status of [null, "review"] as const) {
    for (const page of [
      { limit: 20, before: null },
      { limit: 3, before: 1_000 },
    ]) {
      const found = await findPayments(store.db, { ...ALL, text, status }, page);
      expect(found, JSON.stringify({ text, status, page })).toEqual(foundByHand(text, status, page));
    }
  }
});

test("what few have is found by the index, and what all have without it", async () => {
  await store.pool.query("analyze kustodia.payment");
  // A connection of its own, so that it is this one that tells its counts.
  const { db, close } = openDatabase(store.url, 1, () => undefined);
  const read = async () => {
    await db.execute("select pg_stat_force_next_flush()");
    const { rows } = await db.execute<{ scans: string; rows: string }>(
      "select idx_scan as scans, idx_tup_read as rows from pg_stat_user_indexes where indexrelname = 'payment_by_words'",
    );
    return { scans: Number(rows[0]?.scans), rows: Number(rows[0]?.rows) };
  };
  const readFor = async (text: string) => {
    const before = await read();
    await findPayments(db, { ...ALL, text }, { limit: 20, before: null });
    const after = await read();
    return { scans: after.scans - before.scans, rows: after.rows - before.rows };
  };
  expect(await readFor("compradora")).toEqual({ scans: 0, rows: 0 });
  // Those that have the rare word, and not all that have the other.
  expect(await readFor("pedido único")).toEqual({ scans: 1, rows: 2 });
  await close();
});
