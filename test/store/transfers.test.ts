import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import { closeAttempt, openAttempt } from "../../reactor/store/attempts.ts";
import { bankReading, transfer } from "../../reactor/store/schema/index.ts";
import { postMovement, reserve, reservedCentavos, settleTransfers } from "../../reactor/store/transfers.ts";
import { AMOUNT_CENTAVOS, freshStore, putLeg, storePayment } from "./freshStore.ts";
import { statementsOf } from "./statementsOf.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());

const places = { from: "juno", to: "bridge" } as const;
const withdrawing = async () => putLeg(db, await storePayment(db), "custody", "withdrawing");
const statesOf = async (legId: number) =>
  (await db.select().from(transfer).where(eq(transfer.legId, legId)).orderBy(transfer.id)).map((row) => row.state);
const reserved = () => db.transaction((tx) => reservedCentavos(tx, "juno", FIRST_ACCOUNT));

test("an order reserves its amount once, however often it is repeated", async () => {
  const one = await withdrawing();
  const before = await reserved();
  await reserve(db, one, null, places);
  await reserve(db, one, null, places);
  expect(await statesOf(one.id)).toEqual(["pending"]);
  expect(await reserved()).toBe(before + AMOUNT_CENTAVOS);
});

test.each(["posted", "voided"] as const)("what is %s is reserved no more, and never changes again", async (state) => {
  const one = await withdrawing();
  const before = await reserved();
  await reserve(db, one, null, places);
  await settleTransfers(db, one.id, state);
  await settleTransfers(db, one.id, state === "posted" ? "voided" : "posted");
  expect([await statesOf(one.id), await reserved()]).toEqual([[state], before]);
  await reserve(db, one, null, places);
  expect(await statesOf(one.id)).toEqual([state, "pending"]);
});

test("what the bank accepted before it told its balance is not taken out of that balance again", async () => {
  const one = await withdrawing();
  const before = await reserved();
  const intent = await openAttempt(db, one, "withdraw", randomUUID(), "numbered", Date.now());
  await reserve(db, one, intent.id, places);
  const answer = { outcome: "done", outsideId: randomUUID(), when: null, reason: null, evidence: {} } as const;
  await closeAttempt(db, intent.id, answer);
  const readAgo = (ms: number) =>
    db.insert(bankReading).values({ startedAtMs: Date.now() - ms, sinceMs: 0, changed: 0, availableBaseUnits: 0n });
  await readAgo(60_000);
  expect(await reserved()).toBe(before + AMOUNT_CENTAVOS);
  await readAgo(-1);
  expect(await reserved()).toBe(before);
});

test("the buyer's money is posted as it arrives: nobody had ordered it", async () => {
  const one = await putLeg(db, await storePayment(db), "deposit", "issued");
  await postMovement(db, one, { from: "buyer", to: "juno" });
  const [row] = await db.select().from(transfer).where(eq(transfer.legId, one.id));
  expect(row).toMatchObject({ from: "buyer", to: "juno", state: "posted", amountCentavos: AMOUNT_CENTAVOS });
});

describe("reactors that reserve at once", () => {
  test("are told what is reserved behind the lock, though both are asked for in one packet", async () => {
    const asked = await statementsOf(db, (tx) => reservedCentavos(tx, "juno", FIRST_ACCOUNT));
    // One that counted money before the lock would count what another one is about to reserve as free.
    expect(asked.map((text) => text.split(" ")[1]?.replace(/\(.*/, ""))).toEqual(["pg_advisory_xact_lock", "coalesce"]);
  });

  test("never reserve more than there is", async () => {
    const legs = await Promise.all(Array.from({ length: 10 }, withdrawing));
    const available = (await reserved()) + 3n * AMOUNT_CENTAVOS + 1n;
    const took = await Promise.all(
      legs.map((one) =>
        db.transaction(async (tx) => {
          if (available - (await reservedCentavos(tx, "juno", FIRST_ACCOUNT)) < one.amountCentavos) return false;
          await reserve(tx, one, null, places);
          return true;
        }),
      ),
    );
    expect(took.filter(Boolean)).toHaveLength(3);
  });
});
