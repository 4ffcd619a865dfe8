import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Reactor } from "../../reactor/reactor.ts";
import { step } from "../../reactor/step/step.ts";
import { insertClaims } from "../../reactor/store/claims.ts";
import { event, leg } from "../../reactor/store/schema/index.ts";
import { moneyRequests } from "../faults/support/bankRequests.ts";
import { freshClabe, putLeg, readLeg, readLegRow, storePayment } from "../store/freshStore.ts";
import { issuance, read } from "../store/readings.ts";
import { openIdleReactor } from "./idleReactor.ts";

const idle = await openIdleReactor();
afterAll(() => idle.close());
const { reactor, db, bank } = idle;
beforeAll(() => idle.fund("90000.00"));
beforeEach(() => db.update(leg).set({ dueAtMs: null, leaseHolder: null, leaseUntilMs: null }));

const untold = { moved: () => undefined, fillsLane: () => undefined, asksBank: () => undefined };
const NONE = { killed: false, staleFacts: false, bankUnread: false };

/** A turn, in whose middle something happens. No index runs here, and no loop: what guards an order would stop each. */
function turn(
  meanwhile: () => Promise<unknown> = async () => undefined,
  passing: Reactor["passing"] = reactor.passing,
) {
  const { store } = reactor;
  const loadFacts: typeof store.loadFacts = async (...asked) => {
    const read = await store.loadFacts(...asked);
    await meanwhile();
    const fresh = [...read].map(([id, one]) => [id, { ...one, guards: NONE }] as const);
    return new Map(fresh);
  };
  return step({ ...reactor, passing, store: { ...store, loadFacts } }, untold);
}
const ordersAtBank = async () => (await moneyRequests(bank)).length;

/** A payment whose deposit is issued by now, which its leg is due to see; its custody waits for that. */
async function issued(id: string) {
  const clabe = freshClabe();
  const payment = await storePayment(db, clabe);
  const deposit = await putLeg(db, payment, "deposit", "issuing");
  await db
    .update(leg)
    .set({ carried: { issuanceId: id } })
    .where(eq(leg.id, deposit.id));
  await putLeg(db, payment, "custody", "waiting");
  await insertClaims(db, deposit.id, [{ source: "issuance", outsideId: id }]);
  await read(db, {
    transactions: [issuance(id, { receiverClabe: clabe })],
    availableBaseUnits: 90_000_000_000n,
  });
  await db.update(leg).set({ dueAtMs: null });
  await db.update(leg).set({ dueAtMs: sql`now()` }).where(eq(leg.id, deposit.id));
  return { payment, deposit };
}
const eventsOf = async (payment: number) =>
  (await db.select().from(event).where(eq(event.paymentId, payment)).orderBy(event.id)).map(({ type }) => type);

test("a deposit that is issued and the withdrawal that waits for it are one turn, and one order", async () => {
  const before = await ordersAtBank();
  const { payment } = await issued("i-one-turn");
  expect(await turn()).toMatchObject({ claimed: 1, sent: 1 });
  expect(await ordersAtBank()).toBe(before + 1);
  expect((await readLeg(db, payment, "deposit")).state).toBe("issued");
  expect((await idle.attemptsOf(await readLeg(db, payment, "custody"))).map(({ outcome }) => outcome)).toEqual([
    "done",
  ]);
  expect((await eventsOf(payment)).slice(-2)).toEqual(["deposito_emitido", "retiro_iniciado"]);
});

test("where somebody was first with the deposit, its custody stays as it is", async () => {
  const { payment, deposit } = await issued("i-moved-on");
  const moves = () => db.update(leg).set({ version: sql`version + 1` }).where(eq(leg.id, deposit.id));
  expect(await turn(moves)).toMatchObject({ claimed: 1, sent: 0 });
  expect((await readLeg(db, payment, "custody")).state).toBe("waiting");
  expect(await eventsOf(payment)).not.toContain("retiro_iniciado");
});

test("a custody that somebody has claimed meanwhile moves, and its order is left to the next turn", async () => {
  const before = await ordersAtBank();
  const { payment } = await issued("i-claimed-too");
  const custody = await readLeg(db, payment, "custody");
  const leased = { leaseHolder: reactor.identity.holder(), leaseUntilMs: Date.now() + 20_000 };
  const claims = () => db.update(leg).set(leased).where(eq(leg.id, custody.id));
  expect(await turn(claims)).toMatchObject({ claimed: 1, sent: 0 });
  expect((await readLeg(db, payment, "custody")).state).toBe("withdrawing");
  expect(await ordersAtBank()).toBe(before);
  expect(await turn()).toMatchObject({ claimed: 1, sent: 1 });
});

test("a custody that cannot be saved holds up its deposit for one turn", async () => {
  const { payment, deposit } = await issued("i-bad-row");
  await db.execute(
    sql`alter table kustodia.leg add constraint bad_row check (payment_id <> ${sql.raw(String(payment))} or state <> 'withdrawing')`,
  );
  await turn();
  expect(await readLegRow(db, payment, "deposit")).toMatchObject({ state: "issuing", failures: 1 });
  await db.update(leg).set({ dueAtMs: sql`now()` }).where(eq(leg.id, deposit.id));
  await turn();
  expect((await readLeg(db, payment, "deposit")).state).toBe("issued");
  await db.execute(sql`alter table kustodia.leg drop constraint bad_row`);
});

test("a custody about which nobody may decide holds up nothing: its own turn sets it aside", async () => {
  const { payment } = await issued("i-misfit");
  const custody = await readLeg(db, payment, "custody");
  await db
    .update(leg)
    .set({ carried: { escrowId: "7" } })
    .where(eq(leg.id, custody.id));
  expect(await turn()).toMatchObject({ claimed: 1, moved: 1, sent: 0 });
  expect((await readLeg(db, payment, "deposit")).state).toBe("issued");
  expect(await readLegRow(db, payment, "custody")).toMatchObject({ state: "waiting", failures: 0 });
  expect(await turn()).toMatchObject({ claimed: 1, sent: 0 });
  expect(await readLegRow(db, payment, "custody")).toMatchObject({ state: "waiting", failures: 1 });
});

test("a reactor that dies between the move and the order leaves the custody due, to whoever claims it next", async () => {
  const { payment } = await issued("i-dies-between");
  const dies = async (point: string) => {
    if (point === "before_intent") throw new Error("It died here.");
  };
  await expect(turn(undefined, dies)).rejects.toThrow("It died here.");
  const { id, dueAtMs, leaseHolder, state } = await readLegRow(db, payment, "custody");
  expect([state, leaseHolder]).toEqual(["withdrawing", reactor.identity.holder()]);
  expect(dueAtMs).toBeLessThanOrEqual(Date.now());
  // Its session is gone with it.
  await db.update(leg).set({ leaseHolder: 999 }).where(eq(leg.id, id));
  expect(await turn()).toMatchObject({ claimed: 1, sent: 1 });
});
