import { and, eq, inArray, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { changeControl, readControls } from "../../reactor/store/controls.ts";
import { insertRuling } from "../../reactor/store/rulings.ts";
import { event, leg, transfer } from "../../reactor/store/schema/index.ts";
import { settleTransfers } from "../../reactor/store/transfers.ts";
import { type Claimed, openIdleReactor, orderAtBank } from "./idleReactor.ts";

const idle = await openIdleReactor({ MAX_PAYOUT_PESOS: "1000", MAX_HOUR_PESOS: "2500", MAX_DAY_PESOS: "4000" });
afterAll(() => idle.close());
const { reactor, db, claimed, attemptsOf } = idle;
let bankAccountId = "";
beforeAll(async () => {
  await idle.fund("900000.00");
  bankAccountId = await idle.registered();
});
/** Each test begins on a day of its own. */
beforeEach(() => age("2 days"));

/** As if everything that ever left had left so much earlier; our own code could not say so. */
const age = (by: string) =>
  db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.update(transfer).set({ createdAtMs: sql`created_at - ${by}::interval` });
  });

const due = (pesos: string, by = reactor) =>
  claimed("payout", "redeeming", { amountCentavos: BigInt(pesos.replace(".", "")), carried: { bankAccountId } }, by);
const send = (one: Claimed, by = reactor) => orderAtBank(by, one.lease, [{ ...one, action: "redeem" }]);

/** What became of the order for a payout: "sent", or why a person must look, and then nothing of it was stored or sent. */
async function fateOf(one: Claimed): Promise<string> {
  const sent = await attemptsOf(one.leg);
  if (sent.length > 0) return sent.map(({ outcome }) => (outcome === "done" ? "sent" : outcome)).join();
  const [row] = await db.select().from(leg).where(eq(leg.id, one.leg.id));
  expect(row).toMatchObject({ state: "review", reviewFrom: "redeeming" });
  expect(await db.select().from(transfer).where(eq(transfer.legId, one.leg.id))).toEqual([]);
  const [told] = await db
    .select()
    .from(event)
    .where(and(eq(event.legId, one.leg.id), eq(event.type, "en_revision")));
  return String(told?.data.why);
}

async function paid(pesos: string, by = reactor): Promise<string> {
  const one = await due(pesos, by);
  await send(one, by);
  return fateOf(one);
}

const OVER_PAYOUT = "pasa el tope por pago de $1,000.00";
const OVER_HOUR = "pasa el tope por hora de $2,500.00";
const OVER_DAY = "pasa el tope por día de $4,000.00";

test("a payout of exactly the ceiling leaves, and one of a centavo more waits for a person", async () => {
  expect(await paid("1000.00")).toBe("sent");
  expect(await paid("1000.01")).toBe(OVER_PAYOUT);
});

test("an hour is filled to exactly its ceiling, and a centavo more waits", async () => {
  for (const pesos of ["1000.00", "900.00"]) expect(await paid(pesos)).toBe("sent");
  expect(await paid("600.01")).toBe(OVER_HOUR);
  expect(await paid("600.00")).toBe("sent");
  expect(await paid("100.00")).toBe(OVER_HOUR);
});

test("a day is filled to exactly its ceiling, and a centavo more waits", async () => {
  for (const pesos of ["1000.00", "1000.00", "500.00"]) expect(await paid(pesos)).toBe("sent");
  await age("61 minutes");
  for (const pesos of ["1000.00", "100.00"]) expect(await paid(pesos)).toBe("sent");
  expect(await paid("400.01")).toBe(OVER_DAY);
  expect(await paid("400.00")).toBe("sent");
});

describe("what left", () => {
  test("counts for the hour until it has passed, and not longer", async () => {
    for (const pesos of ["1000.00", "1000.00", "500.00"]) expect(await paid(pesos)).toBe("sent");
    await age("59 minutes");
    expect(await paid("100.00")).toBe(OVER_HOUR);
    await age("1 minute");
    expect(await paid("100.00")).toBe("sent");
  });

  test("counts for the day until it has passed, and not longer", async () => {
    for (const pesos of ["1000.00", "1000.00"]) expect(await paid(pesos)).toBe("sent");
    await age("2 hours");
    for (const pesos of ["1000.00", "1000.00"]) expect(await paid(pesos)).toBe("sent");
    await age("21 hours 59 minutes");
    expect(await paid("100.00")).toBe(OVER_DAY);
    await age("1 minute");
    expect(await paid("100.00")).toBe("sent");
  });

  test("counts while nobody knows whether it did, and no more once it is proven that it did not", async () => {
    await idle.bank.turnDial({ kind: "accept-then-drop-reply", endpoint: "POST /mint_platform/v1/redemptions" });
    const lost = await due("1000.00");
    await send(lost);
    expect(await fateOf(lost)).toBe("unknown");
    for (const pesos of ["1000.00", "500.00"]) expect(await paid(pesos)).toBe("sent");
    expect(await paid("100.00")).toBe(OVER_HOUR);
    await settleTransfers(db, lost.leg.id, "voided");
    expect(await paid("1000.00")).toBe("sent");
  });
});

test("of many payouts at the same moment only those leave that the hour has room for", async () => {
  expect(await paid("1000.00")).toBe("sent");
  const all: Claimed[] = [];
  for (let more = 0; more < 8; more++) all.push(await due("800.00"));
  // A connection for each, so that none waits for another's to open.
  await Promise.all(all.map(() => db.execute(sql`select pg_sleep(0.1)`)));
  await Promise.all(all.map((one) => send(one)));
  const fates = await Promise.all(all.map(fateOf));
  expect(fates.toSorted()).toEqual([...Array(7).fill(OVER_HOUR), "sent"]);
});

test("of many payouts in one batch those leave that the hour has room for, the first ones first", async () => {
  expect(await paid("1000.00")).toBe("sent");
  const all: Claimed[] = [];
  for (const pesos of ["800.00", "701.00", "700.00", "1000.01", "0.01"]) all.push(await due(pesos));
  const ids = all.map((one) => one.leg.id);
  await db.update(leg).set({ leaseHolder: null, leaseUntilMs: null, dueAtMs: sql`now()` }).where(inArray(leg.id, ids));
  const { lease } = await reactor.store.claimLegs(reactor.identity.holder(), all.length);
  if (lease === null) throw new Error("The payouts were not claimed.");
  await orderAtBank(
    reactor,
    lease,
    all.map((one) => ({ ...one, action: "redeem" })),
  );
  expect(await Promise.all(all.map(fateOf))).toEqual(["sent", OVER_HOUR, "sent", OVER_PAYOUT, OVER_HOUR]);
});

test("what two persons let out in spite of a ceiling leaves, and fills the hour for the others", async () => {
  const large = await due("2500.00");
  await insertRuling(db, {
    legId: large.leg.id,
    kind: "over_ceiling",
    actor: "Ana, Beto",
    reason: "es la venta grande",
  });
  await send({ ...large, facts: { ...large.facts, ruling: "over_ceiling" } });
  expect(await fateOf(large)).toBe("sent");
  expect(await paid("100.00")).toBe(OVER_HOUR);
});

test("a ceiling that two persons change holds in every running reactor at once, and one that only its configuration changed in none", async () => {
  const { ceilings } = idle.config;
  const other = await idle.another({ ceilings: { ...ceilings, payoutCentavos: 1n } });
  expect(idle.told.join("")).toContain("MAX_PAYOUT_PESOS dice $0.01 y no se toma");
  expect(await paid("1000.00", other)).toBe("sent");
  const version =
    ((await readControls(db, FIRST_LANE)).find(({ name }) => name === "payout_ceiling")?.version ?? 0) + 1;
  const lower = {
    name: "payout_ceiling",
    lane: FIRST_LANE,
    version,
    value: "50000",
    setBy: ["Ana", "Beto"],
    reason: "prueba",
  } as const;
  await changeControl(db, lower);
  for (const one of [reactor, other]) expect(await paid("500.01", one)).toBe("pasa el tope por pago de $500.00");
  for (const one of [reactor, other]) expect(await paid("500.00", one)).toBe("sent");
  await changeControl(db, { ...lower, version: version + 1, value: "100000" });
});
