import { eq } from "drizzle-orm";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { claimLegs } from "../../reactor/store/claimLegs.ts";
import { contextOf } from "../../reactor/store/contextOf.ts";
import { loadFacts } from "../../reactor/store/facts.ts";
import { isKilled } from "../../reactor/store/killSwitch.ts";
import { changeLane, chooseLane, findLane } from "../../reactor/store/lanes.ts";
import { leg, payment } from "../../reactor/store/schema/index.ts";
import { LOCKS, laneLock, withLock } from "../../reactor/store/withLock.ts";
import { takeControls } from "../../reactor/takeControls.ts";
import {
  BRIDGE,
  CHAIN_ID,
  createChainView,
  ESCROW,
  FACTS_CONTEXT,
  log,
  setIndexedHead,
  show,
  TOKEN,
} from "./chainView.ts";
import { freshStore, putLeg, readLegRow, storePayment } from "./freshStore.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());

const address = (digit: string) => `0x${digit.repeat(40)}` as const;
const ceilings = { payoutCentavos: 1n, hourCentavos: 1n, dayCentavos: 1n, allowanceCentavos: 1n };
const shared = { mxnb: address("7"), junoWallet: address("6") };
const configOf = (lane: string, escrow: string, bridge: string) => ({
  ...{ lane, account: FIRST_ACCOUNT, ceilings, chainId: CHAIN_ID, indexSchema: "chain", confirmations: 0 },
  addresses: { ...shared, escrow: address(escrow), bridge: address(bridge) },
});
const ofLane = {
  lane: "norte",
  account: FIRST_ACCOUNT,
  escrowContract: address("2"),
  bridge: address("b"),
  token: address("7"),
  junoWallet: address("6"),
};
const by = { setBy: ["Ana", "Beto"], reason: "prueba" };
const change = (name: string, from: "proposed" | "open" | "draining", to: "open" | "draining" | "retired") =>
  changeLane(db, { name, from, to, ...by, setBy: to === "open" ? by.setBy : ["Ana"] });

beforeEach(async () => {
  await pool.query("delete from kustodia.lane; insert into kustodia.lane (name, state) values ('principal', 'open')");
  await db.update(payment).set({ status: "cancelled" });
  await takeControls(db, configOf(FIRST_LANE, "1", "a"));
  await takeControls(db, configOf("norte", "2", "b"));
});

const choose = () => db.transaction((tx) => chooseLane(tx, FIRST_ACCOUNT));
async function given(count: number): Promise<readonly (string | undefined)[]> {
  const lanes: (string | undefined)[] = [];
  for (let made = 0; made < count; made += 1) {
    const id = await storePayment(db);
    lanes.push((await db.select().from(payment).where(eq(payment.id, id)))[0]?.lane);
  }
  return lanes;
}

test("a lane that a reactor was started for is proposed with its addresses, gets no payment and sends nothing until it is opened", async () => {
  expect(await findLane(db, "norte")).toMatchObject({ state: "proposed", openPayments: 0, addresses: ofLane });
  expect([await choose(), await isKilled(db, ofLane)]).toEqual([FIRST_LANE, true]);
  await change("norte", "proposed", "open");
  expect(await isKilled(db, ofLane)).toBe(false);
});

test("payments are given to the open lane with the fewest that have not ended, each leg with its payment", async () => {
  expect(await given(3)).toEqual([FIRST_LANE, FIRST_LANE, FIRST_LANE]);
  await change("norte", "proposed", "open");
  expect(await given(5)).toEqual(["norte", "norte", "norte", "norte", FIRST_LANE]);
  const apart = await pool.query(
    "select 1 from kustodia.leg join kustodia.payment on payment.id = payment_id where leg.lane <> payment.lane",
  );
  expect(apart.rows).toEqual([]);
});

test("a lane that drains gets no more, and one without payments is retired and sends nothing", async () => {
  await change("norte", "proposed", "open");
  expect(await change("norte", "open", "draining")).toBe(0);
  expect([await choose(), await isKilled(db, ofLane)]).toEqual([FIRST_LANE, false]);
  await change(FIRST_LANE, "open", "draining");
  expect(await choose()).toBeNull();
  expect(await change("norte", "open", "retired")).toBeNull();
  await change("norte", "draining", "retired");
  expect(await isKilled(db, ofLane)).toBe(true);
});

test("a lane is drained only once the payment that is being given to it is there to be counted", async () => {
  let drained: Promise<number | null> | undefined;
  await db.transaction(async (tx) => {
    expect(await chooseLane(tx, FIRST_ACCOUNT)).toBe(FIRST_LANE);
    drained = change(FIRST_LANE, "open", "draining");
    await vi.waitUntil(waitsForLock, { timeout: 5_000 });
    await tx.insert(payment).values({
      ...{
        customerId: await someCustomer(),
        depositClabe: "646180999999999999",
        amountCentavos: 100_00n,
        status: "pending",
      },
      ...{ custodyEndMs: Date.now(), expiresAtMs: Date.now() },
    });
  });
  expect(await drained).toBe(1);
});

/** Whether somebody of this database waits for an advisory lock. */
async function waitsForLock(): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from pg_locks where locktype = 'advisory' and not granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.length > 0;
}

async function someCustomer(): Promise<string> {
  await pool.query(
    "insert into kustodia.customer (id, deposit_clabe) values ('ana', '646180999999999999') on conflict do nothing",
  );
  return "ana";
}

test("the database lets nobody open a lane alone", async () => {
  await expect(
    pool.query("update kustodia.lane set state = 'open', set_by = '{Ana}', reason = 'sola' where name = 'norte'"),
  ).rejects.toThrow("lane_opened_by_two");
  await expect(
    pool.query("update kustodia.lane set state = 'open', set_by = '{Ana,ANA}', reason = 'sola' where name = 'norte'"),
  ).rejects.toThrow("lane_opened_by_two");
});

test("each lane has a signer and a contract of its own, on the one token", async () => {
  await expect(takeControls(db, configOf("sur", "3", "b"))).rejects.toThrow(
    "El carril norte ya tiene esta cartera puente",
  );
  await expect(takeControls(db, configOf("sur", "1", "c"))).rejects.toThrow(
    "El carril principal ya tiene esta cartera puente",
  );
  const elsewhere = configOf("sur", "3", "c");
  const otherToken = { ...elsewhere, addresses: { ...elsewhere.addresses, mxnb: address("8") } };
  await expect(takeControls(db, otherToken)).rejects.toThrow("usa otro MXNB");
  expect(await findLane(db, "sur")).toBeNull();
});

test("of two lanes that are started at once with one signer, one is refused", async () => {
  const lanes = [configOf("sur", "3", "c"), configOf("este", "4", "c")];
  const started = await Promise.allSettled(lanes.map((config) => takeControls(db, config)));
  expect(started.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

test("whoever starts a reactor of a lane that is not open is told so", async () => {
  expect(await takeControls(db, configOf("norte", "2", "b"))).toEqual([
    expect.stringContaining("El carril norte está propuesto: no envía nada hasta que dos personas lo abran"),
  ]);
  await change("norte", "proposed", "open");
  expect(await takeControls(db, configOf("norte", "2", "b"))).toEqual([]);
});

test("a lane's reactor is refused with the addresses of another one", async () => {
  await expect(takeControls(db, configOf("norte", "3", "b"))).rejects.toThrow("ESCROW_CONTRACT_ADDRESS_2 es 0x3333");
});

test("a reactor claims the due legs of its own lane alone", async () => {
  const [mine, other] = [await storePayment(db), await storePayment(db)];
  for (const id of [mine, other]) await putLeg(db, id, "custody", "bridged");
  await db.update(leg).set({ dueAtMs: null });
  await pool.query("update kustodia.leg set due_at = now() where payment_id = any($1) and kind = 'custody'", [
    [mine, other],
  ]);
  await db.update(leg).set({ lane: "norte" }).where(eq(leg.paymentId, other));
  expect((await claimLegs(db, FIRST_LANE, 1, 10)).legs.map(({ paymentId }) => paymentId)).toEqual([mine]);
  expect((await claimLegs(db, "norte", 2, 10)).legs.map(({ paymentId }) => paymentId)).toEqual([other]);
});

test("an escrow of the same number in another lane's contract is no fact of this one's leg", async () => {
  await createChainView(pool);
  await setIndexedHead(pool, 100, Math.floor(Date.now() / 1_000));
  const id = await storePayment(db);
  const one = await putLeg(db, id, "custody", "active");
  const escrowId = Number(one.carried.escrowId);
  await show(
    pool,
    log("EscrowReleased", "0xother", { escrowId, contract: address("2") }),
    log("Transfer", "0xother", {
      contract: TOKEN,
      logIndex: 1,
      from: address("2"),
      to: address("b"),
      amountBaseUnits: 1n,
    }),
  );
  const chainOf = async () =>
    (await loadFacts(db, [one], FACTS_CONTEXT, Date.now())).get(one.id)?.chain.map(({ kind }) => kind);
  expect(await chainOf()).toEqual([]);
  await show(pool, log("EscrowReleased", "0xours", { escrowId, contract: ESCROW }));
  expect(await chainOf()).toEqual(["EscrowReleased"]);
});

test("who was started for another lane reads a leg's facts with its own lane's addresses, and not with theirs", async () => {
  await db
    .update(payment)
    .set({ lane: "norte" })
    .where(eq(payment.id, await storePayment(db)));
  const id = (await pool.query("select max(id) as id from kustodia.payment")).rows[0].id as number;
  await db.update(leg).set({ lane: "norte" }).where(eq(leg.paymentId, id));
  const { id: legId } = await readLegRow(db, id, "custody");
  const one = await putLeg(db, id, "custody", "waiting");
  await expect(loadFacts(db, [one], FACTS_CONTEXT, Date.now())).rejects.toThrow("goes by lane norte, not principal");
  const context = await contextOf(db, FACTS_CONTEXT, "norte");
  expect((await loadFacts(db, [one], context, Date.now())).get(legId)).toMatchObject({
    bridge: ofLane.bridge,
    escrowContract: ofLane.escrowContract,
  });
  expect(await contextOf(db, FACTS_CONTEXT, FIRST_LANE)).toMatchObject({ bridge: BRIDGE });
});

test("each lane has its own order of nonces, and the first one's lock is the one that it always had", async () => {
  expect(laneLock(LOCKS.lane, FIRST_LANE)).toBe(LOCKS.lane);
  const inner = await withLock(pool, laneLock(LOCKS.lane, "norte"), () =>
    withLock(pool, LOCKS.lane, async () => withLock(pool, laneLock(LOCKS.lane, "norte"), async () => "twice at once")),
  );
  expect(inner).toBeNull();
  expect(
    await withLock(pool, laneLock(LOCKS.lane, "norte"), () => withLock(pool, LOCKS.lane, async () => "both")),
  ).toBe("both");
});
