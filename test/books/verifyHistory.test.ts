import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { sealHistory } from "../../reactor/books/sealHistory.ts";
import { verifyHistory } from "../../reactor/books/verifyHistory.ts";
import { appendEvents } from "../../reactor/store/appendEvent.ts";
import { closeBooks } from "../../reactor/store/closeBooks.ts";
import { BEGINNING_OF_HISTORY } from "../../reactor/store/seals.ts";
import { reserve, settleTransfers } from "../../reactor/store/transfers.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { freshStore, putLeg, storePayment } from "../store/freshStore.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());
let paymentId = 0;

beforeAll(async () => {
  for (let payments = 0; payments < 3; payments++) {
    const leg = await putLeg(db, await storePayment(db), "custody", "withdrawing");
    paymentId = leg.paymentId;
    const event = {
      paymentId,
      legId: leg.id,
      type: "retiro_iniciado",
      data: { amount: "$1,500.50" },
      actor: "kustodia",
    } as const;
    await appendEvents(db, [event]);
    await reserve(db, leg, null, { from: "juno", to: "bridge" });
    await settleTransfers(db, leg.id, "posted");
  }
  // Old enough to be in closed books.
  await withoutTriggers(pool, "update kustodia.entry set posted_at = posted_at - interval '1 day'");
  await closeBooks(db);
  await until("all of it sealed", 30_000, async () => {
    await sealHistory(db, BEGINNING_OF_HISTORY);
    return (await verifyHistory(db)).unsealed === 0 ? true : undefined;
  });
});

const rowAt = async (position: number) => {
  const { rows } = await pool.query<{ source: string; row_id: string }>(
    "select source, row_id from kustodia.seal where payment_id = $1 and position = $2",
    [paymentId, position],
  );
  return { source: rows[0]?.source ?? "", id: Number(rows[0]?.row_id) };
};
/** A payment's chain: 1 created, 2 ordered, 3 and 4 its entries, 5 and 6 those that end it. */
const [EVENT, ENTRY] = [2, 4];

test("what is as it was sealed holds", async () => {
  expect(await verifyHistory(db)).toEqual({ chains: 3, sealed: 18, archived: 0, unsealed: 0, firstBreak: null });
});

test.each([
  ["a letter of an event", EVENT, "event", "update kustodia.event set es = es || '.' where id = $1", "row_changed"],
  [
    "an event's data",
    EVENT,
    "event",
    `update kustodia.event set data = '{"amount": "$1,500.51"}' where id = $1`,
    "row_changed",
  ],
  ["an event's author", EVENT, "event", "update kustodia.event set actor = 'nadie' where id = $1", "row_changed"],
  [
    "an event's moment, by a microsecond",
    EVENT,
    "event",
    "update kustodia.event set at = at + interval '1 microsecond' where id = $1",
    "row_changed",
  ],
  [
    "an event's payment",
    EVENT,
    "event",
    "update kustodia.event set payment_id = payment_id - 1 where id = $1",
    "row_changed",
  ],
  ["an event that is gone", EVENT, "event", "delete from kustodia.event where id = $1", "row_missing"],
  [
    "an amount, by a centavo",
    ENTRY,
    "entry",
    "update kustodia.entry set amount_centavos = amount_centavos + 1 where id = $1",
    "row_changed",
  ],
  ["an entry's account", ENTRY, "entry", "update kustodia.entry set account = 'fees' where id = $1", "row_changed"],
  ["an entry that is gone", ENTRY, "entry", "delete from kustodia.entry where id = $1", "row_missing"],
  [
    "an event that is gone with its seal",
    EVENT,
    "event",
    "with gone as (delete from kustodia.event where id = $1) delete from kustodia.seal where source = 'event' and row_id = $1",
    "seal_missing",
  ],
  [
    "a row that was sealed anew",
    EVENT,
    "event",
    "update kustodia.seal set hash = repeat('a', 64) where source = 'event' and row_id = $1",
    "row_changed",
  ],
] as const)(
  "%s is named by payment, position and row, though no trigger stood in its way",
  async (_what, position, source, damage, what) => {
    const row = await rowAt(position);
    expect(row.source).toBe(source);
    await restoringAfter(async () => {
      await withoutTriggers(pool, damage, [row.id]);
      const { firstBreak } = await verifyHistory(db);
      const named = { what, paymentId, position };
      // A seal that is gone is seen at the one that follows it.
      expect(firstBreak).toMatchObject(what === "seal_missing" ? named : { ...named, row: `${source} ${row.id}` });
    });
  },
);

test("a movement that says what its entries do not is named, and so is a closing that is not their sum", async () => {
  await restoringAfter(async () => {
    await withoutTriggers(pool, "update kustodia.transfer set amount_centavos = amount_centavos - 1 where id = 2");
    expect((await verifyHistory(db)).firstBreak).toMatchObject({ what: "movement_changed", row: "transfer 2" });
  });
  await restoringAfter(async () => {
    await withoutTriggers(pool, `update kustodia.closing set centavos = centavos || '{"bridge": "1"}'`);
    expect((await verifyHistory(db)).firstBreak).toMatchObject({ what: "closing_changed" });
  });
});

test("the command ends with 0 while all holds, and with 1 and the place of the first break in two languages", async () => {
  const cli = (...args: string[]) =>
    promisify(execFile)("node", ["--import", "tsx", "bin/cli.ts", "verify", ...args], {
      env: { ...process.env, DATABASE_URL: store.url },
      cwd: resolve(import.meta.dirname, "../.."),
    }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
    );
  expect(await cli()).toEqual({ code: 0, stdout: expect.stringContaining("✓ 18 sellos en 3 cadenas") });
  const { id } = await rowAt(ENTRY);
  await restoringAfter(async () => {
    await withoutTriggers(pool, "update kustodia.entry set amount_centavos = 1 where id = $1", [id]);
    const told = await cli();
    expect(told.code).toBe(1);
    expect(told.stdout).toContain(
      `pago / payment ${paymentId}, posición / position ${ENTRY}, entry ${id}: el registro no es el que se selló`,
    );
    expect(JSON.parse((await cli("--json")).stdout)).toMatchObject({
      firstBreak: { what: "row_changed", paymentId, position: ENTRY },
    });
  });
}, 120_000);

const TABLES = ["event", "entry", "transfer", "seal", "closing"];

/** Does what damages the history, and puts its tables back as they were. */
async function restoringAfter(work: () => Promise<void>): Promise<void> {
  await pool.query(
    TABLES.map((table) => `create table public.kept_${table} as select * from kustodia.${table}`).join("; "),
  );
  try {
    await work();
  } finally {
    for (const table of TABLES) {
      await withoutTriggers(pool, `delete from kustodia.${table}`);
      await withoutTriggers(
        pool,
        `insert into kustodia.${table} overriding system value select * from public.kept_${table}`,
      );
      await pool.query(`drop table public.kept_${table}`);
    }
  }
}
