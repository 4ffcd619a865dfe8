import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { apply } from "../../reactor/payments/apply.ts";
import { assignDeposits } from "../../reactor/store/assignDeposits.ts";
import { freeDeposit } from "../../reactor/store/claims.ts";
import { saveLeg } from "../../reactor/store/saveLeg.ts";
import {
  bankTransaction,
  claim,
  event,
  leg,
  speiDeposit as spei,
  unassignedDeposit,
} from "../../reactor/store/schema/index.ts";
import { facts } from "../payments/knownFacts.ts";
import { AMOUNT_CENTAVOS, freshClabe, freshStore, putLeg, readLeg, readLegRow, storePayment } from "./freshStore.ts";
import { issuance, read, speiDeposit } from "./readings.ts";

const store = await freshStore();
const { db } = store;
afterAll(() => store.close());
afterEach(async () => {
  // Each test has the bank to itself: the matching reads all of it.
  await db.delete(bankTransaction);
  await db.delete(spei);
  await db.delete(unassignedDeposit);
});

/** Payments of one amount that wait on one CLABE, oldest first. */
async function pending(count: number, clabe = freshClabe()) {
  const payments: number[] = [];
  for (let made = 0; made < count; made += 1) payments.push(await storePayment(db, clabe));
  return { clabe, payments };
}

/** What each payment's deposit leg holds, in the payments' order. */
async function claimsOf(payments: readonly number[]): Promise<readonly (readonly string[])[]> {
  const rows = await db
    .select({ paymentId: leg.paymentId, outsideId: claim.outsideId })
    .from(claim)
    .innerJoin(leg, eq(leg.id, claim.legId))
    .where(and(inArray(leg.paymentId, [...payments]), isNull(claim.freedAtMs)))
    .orderBy(asc(claim.outsideId));
  return payments.map((id) => rows.filter((row) => row.paymentId === id).map((row) => row.outsideId));
}

const unassigned = () => db.select().from(unassignedDeposit);
const eventsOf = (type: "deposito_sin_pago" | "deposito_por_asignar") =>
  db.select().from(event).where(eq(event.type, type));

test("one deposit for one payment is its own, and wakes it", async () => {
  const { clabe, payments } = await pending(1);
  await read(db, { transactions: [issuance("one", { receiverClabe: clabe })] });
  expect(await assignDeposits(db, "accept")).toEqual({ assigned: 1, events: [] });
  expect(await claimsOf(payments)).toEqual([["one"]]);
  expect((await readLegRow(db, payments[0] ?? 0, "deposit")).dueAtMs).toBeLessThanOrEqual(Date.now() + 1_000);
  expect(await assignDeposits(db, "accept")).toEqual({ assigned: 0, events: [] });
});

test.each([
  ["one centavo less", { amountBaseUnits: (AMOUNT_CENTAVOS - 1n) * 10_000n }],
  ["a part of a centavo more", { amountBaseUnits: AMOUNT_CENTAVOS * 10_000n + 1n }],
  ["to another CLABE", { receiverClabe: "646180999999999999" }],
  ["to a CLABE that the bank does not name", { receiverClabe: null }],
  ["failed", { status: "FAILED" as const }],
  ["already given back", { refunded: true }],
  ["no issuance", { type: "CRYPTO_DEPOSIT" as const }],
  ["older than the payment", { createdAtMs: Date.now() - 600_000 }],
])("money that is %s is not the payment's", async (_what, change) => {
  const { clabe, payments } = await pending(1);
  await read(db, { transactions: [issuance("near", { receiverClabe: clabe, ...change })] });
  expect((await assignDeposits(db, "accept")).assigned).toBe(0);
  expect(await claimsOf(payments)).toEqual([[]]);
});

test("of three payments of one amount on two CLABEs, each is paid by the deposit to its own", async () => {
  const { clabe: first, payments: ofFirst } = await pending(2);
  const { clabe: second, payments: ofSecond } = await pending(1);
  await read(db, {
    transactions: [
      issuance("b", { receiverClabe: first, createdAtMs: Date.now() + 1_000 }),
      issuance("c", { receiverClabe: second }),
      issuance("a", { receiverClabe: first }),
    ],
  });
  expect((await assignDeposits(db, "accept")).assigned).toBe(3);
  expect(await claimsOf([...ofFirst, ...ofSecond])).toEqual([["a"], ["b"], ["c"]]);
});

describe("one deposit that could be for two payments", () => {
  test("is held and asked about, once; a second deposit gives each its own, the oldest first", async () => {
    const { clabe, payments } = await pending(2);
    await read(db, { transactions: [issuance("held", { receiverClabe: clabe })] });
    const { assigned, events } = await assignDeposits(db, "accept");
    expect(assigned).toBe(0);
    expect(events).toMatchObject([{ type: "deposito_por_asignar", paymentId: null }]);
    expect(events[0]?.es).toContain(`$1,500.50 en la CLABE ••••${clabe.slice(-4)}: hay 2 pagos posibles`);
    expect(JSON.stringify(events)).not.toContain(clabe);
    expect(await unassigned()).toMatchObject([{ issuanceId: "held", why: "several_payments_match", clabe }]);

    const told = (await eventsOf("deposito_por_asignar")).length;
    expect(await assignDeposits(db, "accept")).toEqual({ assigned: 0, events: [] });
    expect(await eventsOf("deposito_por_asignar")).toHaveLength(told);
    expect(await claimsOf(payments)).toEqual([[], []]);

    await read(db, { transactions: [issuance("second", { receiverClabe: clabe, createdAtMs: Date.now() + 1_000 })] });
    expect(await assignDeposits(db, "accept")).toEqual({ assigned: 2, events: [] });
    expect(await claimsOf(payments)).toEqual([["held"], ["second"]]);
    expect(await unassigned()).toEqual([]);
  });
});

test("a deposit that no payment waits for is recorded, told once, and found again by a payment that comes at once", async () => {
  const clabe = freshClabe();
  await read(db, { transactions: [issuance("nobody's", { receiverClabe: clabe })] });
  expect((await assignDeposits(db, "accept")).events).toMatchObject([{ type: "deposito_sin_pago" }]);
  expect((await assignDeposits(db, "accept")).events).toEqual([]);
  expect(await unassigned()).toMatchObject([
    { issuanceId: "nobody's", why: "unmatched", amountCentavos: AMOUNT_CENTAVOS },
  ]);

  const { payments } = await pending(1, clabe);
  expect(await assignDeposits(db, "accept")).toEqual({ assigned: 1, events: [] });
  expect([await claimsOf(payments), await unassigned()]).toEqual([[["nobody's"]], []]);
});

test.each([
  ["refused to issue", { status: "FAILED" as const }],
  ["gave back later", { refunded: true }],
])("money of nobody that the bank %s leaves the list", async (_what, change) => {
  const entry = issuance("small", { status: "PENDING" });
  await read(db, { transactions: [entry] });
  await assignDeposits(db, "accept");
  expect(await unassigned()).toMatchObject([{ issuanceId: "small", why: "unmatched" }]);
  await read(db, { transactions: [{ ...entry, ...change }] });
  await assignDeposits(db, "accept");
  expect(await unassigned()).toEqual([]);
});

test("money of nobody stands in suspense once, however often it is read, and leaves for returns once the bank gave it back", async () => {
  const booksOf = async (issuanceId: string) =>
    (
      await store.pool.query<{ line: string }>(
        `select account || ' ' || sum(entry.amount_centavos) as line from kustodia.entry
         join kustodia.transfer on transfer.id = transfer_id where issuance_id = $1
         group by account having sum(entry.amount_centavos) <> 0 order by 1`,
        [issuanceId],
      )
    ).rows.map(({ line }) => line);
  const entry = issuance("suspended");
  for (let readings = 0; readings < 3; readings++) {
    await read(db, { transactions: [entry] });
    await assignDeposits(db, "accept");
    expect(await booksOf("suspended")).toEqual([`buyer -${AMOUNT_CENTAVOS}`, `suspense ${AMOUNT_CENTAVOS}`]);
  }
  await read(db, { transactions: [{ ...entry, refunded: true }] });
  for (let readings = 0; readings < 2; readings++) await assignDeposits(db, "accept");
  expect(await booksOf("suspended")).toEqual([`buyer -${AMOUNT_CENTAVOS}`, `returns ${AMOUNT_CENTAVOS}`]);
});

test("two deposits for one payment: it gets the older, the other is nobody's", async () => {
  const { clabe, payments } = await pending(1);
  const createdAtMs = Date.now() + 1_000;
  await read(db, {
    transactions: [
      issuance("later", { receiverClabe: clabe, createdAtMs }),
      issuance("early", { receiverClabe: clabe }),
    ],
  });
  expect(await assignDeposits(db, "accept")).toMatchObject({ assigned: 1, events: [{ type: "deposito_sin_pago" }] });
  expect(await claimsOf(payments)).toEqual([["early"]]);
  expect(await unassigned()).toMatchObject([{ issuanceId: "later" }]);
});

describe("one deposit, seen as a SPEI and as an issuance, funds one payment", () => {
  test("seen at once", async () => {
    const { clabe, payments } = await pending(1);
    await read(db, {
      transactions: [issuance("i-once", { receiverClabe: clabe })],
      deposits: [speiDeposit("f-once", { receiverClabe: clabe })],
    });
    expect((await assignDeposits(db, "accept")).assigned).toBe(2);
    expect(await claimsOf(payments)).toEqual([["f-once", "i-once"]]);
  });

  test("the SPEI first: another payment of the same amount does not get the issuance", async () => {
    const { clabe, payments } = await pending(1);
    await read(db, { deposits: [speiDeposit("f-first", { receiverClabe: clabe })] });
    await assignDeposits(db, "accept");
    const { payments: others } = await pending(1, clabe);
    await read(db, { transactions: [issuance("i-then", { receiverClabe: clabe })] });
    expect(await assignDeposits(db, "accept")).toEqual({ assigned: 1, events: [] });
    expect(await claimsOf([...payments, ...others])).toEqual([["f-first", "i-then"], []]);
  });

  test("the issuance first: another payment of the same amount does not get the SPEI", async () => {
    const { clabe, payments } = await pending(1);
    await read(db, { transactions: [issuance("i-first", { receiverClabe: clabe })] });
    await assignDeposits(db, "accept");
    await putLeg(db, payments[0] ?? 0, "deposit", "issued");
    const { payments: others } = await pending(1, clabe);
    await read(db, { deposits: [speiDeposit("f-then", { receiverClabe: clabe })] });
    expect((await assignDeposits(db, "accept")).assigned).toBe(1);
    expect(await claimsOf([...payments, ...others])).toEqual([["f-then", "i-first"], []]);
  });

  test("a SPEI alone funds nothing: it only announces", async () => {
    const { clabe, payments } = await pending(1);
    await read(db, { deposits: [speiDeposit("f-alone", { receiverClabe: clabe })] });
    await assignDeposits(db, "accept");
    expect(await claimsOf(payments)).toEqual([["f-alone"]]);
    expect(await unassigned()).toEqual([]);
  });

  test("a failed SPEI announces nothing", async () => {
    const { clabe, payments } = await pending(1);
    await read(db, { deposits: [speiDeposit("f-failed", { receiverClabe: clabe, status: "failed" })] });
    expect([(await assignDeposits(db, "accept")).assigned, await claimsOf(payments)]).toEqual([0, [[]]]);
  });
});

test("many readings at once give each deposit once", async () => {
  const { clabe, payments } = await pending(5);
  const transactions = payments.map((id, index) =>
    issuance(`race-${id}`, { receiverClabe: clabe, createdAtMs: Date.now() + index }),
  );
  await read(db, { transactions });
  const counts = await Promise.all(Array.from({ length: 8 }, () => assignDeposits(db, "accept")));
  expect(counts.reduce((sum, one) => sum + one.assigned, 0)).toBe(5);
  expect(await claimsOf(payments)).toEqual(payments.map((id) => [`race-${id}`]));
});

describe("a deposit that went back to its sender", () => {
  test("is not announced to the same payment again and again", async () => {
    const { clabe, payments } = await pending(1);
    await read(db, { deposits: [speiDeposit("f-back", { receiverClabe: clabe })] });
    await assignDeposits(db, "accept");
    await freeDeposit(db, (await readLeg(db, payments[0] ?? 0, "deposit")).id);
    expect(await assignDeposits(db, "accept")).toEqual({ assigned: 0, events: [] });
    await read(db, { deposits: [speiDeposit("f-anew", { receiverClabe: clabe })] });
    expect((await assignDeposits(db, "accept")).assigned).toBe(1);
    expect(await claimsOf(payments)).toEqual([["f-anew"]]);
  });
});

describe("a payment that ends while its money arrives", () => {
  const { terms } = facts();
  const expired = (paymentId: number) =>
    readLeg(db, paymentId, "deposit").then((waiting) => apply(waiting, "expired", {}, terms, Date.now()).leg);

  test("has ended first: the money is nobody's, and a person is told", async () => {
    const { clabe, payments } = await pending(1);
    await saveLeg(db, await expired(payments[0] ?? 0));
    await read(db, { transactions: [issuance("too-late", { receiverClabe: clabe })] });
    expect(await assignDeposits(db, "accept")).toMatchObject({ assigned: 0, events: [{ type: "deposito_sin_pago" }] });
  });

  test("was given the money first: then it does not end, and goes on with it at once", async () => {
    const { clabe, payments } = await pending(1);
    const decidedBefore = await expired(payments[0] ?? 0);
    await read(db, { transactions: [issuance("just-in-time", { receiverClabe: clabe })] });
    await assignDeposits(db, "accept");
    expect(await saveLeg(db, decidedBefore)).toBe(false);
    expect(await claimsOf(payments)).toEqual([["just-in-time"]]);
    expect(await readLegRow(db, payments[0] ?? 0, "deposit")).toMatchObject({ state: "awaiting", leaseHolder: null });
  });

  test("ends in the very moment: whichever is first, the money is the payment's or it is told", async () => {
    const { clabe, payments } = await pending(12);
    const ends = await Promise.all(payments.map(expired));
    const transactions = payments.map((id, index) =>
      issuance(`moment-${id}`, { receiverClabe: clabe, createdAtMs: Date.now() + index }),
    );
    await read(db, { transactions });
    await Promise.all([assignDeposits(db, "accept"), ...ends.map((end) => db.transaction((tx) => saveLeg(tx, end)))]);
    await assignDeposits(db, "accept");
    const lost = await db
      .select({ id: claim.outsideId })
      .from(claim)
      .innerJoin(leg, eq(leg.id, claim.legId))
      .where(and(inArray(leg.paymentId, payments), eq(leg.state, "expired")));
    expect(lost).toEqual([]);
  });
});

describe("a SPEI of ours that came back", () => {
  /** Payouts of one amount that were paid, each by a redemption of its own. */
  async function paid(count: number) {
    const legs = [];
    for (let made = 0; made < count; made += 1) {
      const one = await putLeg(db, await storePayment(db), "payout", "paid");
      const redemptionId = `redemption of ${one.id}`;
      await db
        .update(leg)
        .set({ carried: { ...one.carried, redemptionId } })
        .where(eq(leg.id, one.id));
      await db.insert(claim).values({ source: "bank_transaction", outsideId: redemptionId, legId: one.id });
      legs.push(one);
    }
    return legs;
  }
  async function comesBack(id: string, changes: Parameters<typeof issuance>[1] = {}) {
    const deposit = { ...speiDeposit(`fid of ${id}`), depositType: "REFUND_CREDITED_WITHDRAWAL" };
    await read(db, { transactions: [issuance(id, { fiatId: `fid of ${id}`, ...changes })], deposits: [deposit] });
    await assignDeposits(db, "accept");
  }
  const backOf = async (legId: number) =>
    (
      await db
        .select()
        .from(claim)
        .where(and(eq(claim.legId, legId), eq(claim.source, "payout_return")))
    ).map(({ outsideId }) => outsideId);
  const unassigned = async () => (await db.select().from(unassignedDeposit)).map(({ why }) => why);
  afterEach(async () => {
    await db.update(leg).set({ state: "bounced", carried: {} }).where(eq(leg.kind, "payout"));
  });

  test("is given to the one payout that it can have been, which looks at once", async () => {
    const [one] = await paid(1);
    await comesBack("back-1");
    expect(await backOf(one?.id ?? 0)).toEqual(["back-1"]);
    expect(await readLegRow(db, one?.paymentId ?? 0, "payout")).toMatchObject({ version: (one?.version ?? 0) + 1 });
    expect((await readLegRow(db, one?.paymentId ?? 0, "payout")).dueAtMs).not.toBeNull();
    expect(await unassigned()).toEqual([]);
  });

  test("is a person's where it can have been two, or none", async () => {
    const two = await paid(2);
    await comesBack("back-2");
    await comesBack("back-3", { amountBaseUnits: 123_450_000n });
    for (const { id } of two) expect(await backOf(id)).toEqual([]);
    expect(await unassigned()).toEqual(["returned_payout", "returned_payout"]);
  });

  test("is not taken before it is issued again, and not for a redemption that came back already", async () => {
    const [one] = await paid(1);
    await comesBack("back-4", { status: "IN_PROGRESS" });
    expect(await backOf(one?.id ?? 0)).toEqual([]);
    await comesBack("back-4");
    expect(await backOf(one?.id ?? 0)).toEqual(["back-4"]);
    await comesBack("back-5");
    expect(await backOf(one?.id ?? 0)).toEqual(["back-4"]);
    expect(await unassigned()).toEqual(["returned_payout"]);
  });
});
