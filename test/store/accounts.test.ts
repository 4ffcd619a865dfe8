import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { assignDeposits } from "../../reactor/store/assignDeposits.ts";
import { openAttempt } from "../../reactor/store/attempts.ts";
import { adoptKey } from "../../reactor/store/bankAccess.ts";
import { findBankLimit } from "../../reactor/store/bankLimits.ts";
import { openBreak, readSuspicions, reconciledBreaks, replaceSuspicions } from "../../reactor/store/breaks.ts";
import { insertClaims } from "../../reactor/store/claims.ts";
import { type DepositPlace, findClabeOwner, findDepositPlace, moveCustomer } from "../../reactor/store/customers.ts";
import { readingsAfter } from "../../reactor/store/evidence.ts";
import { loadFacts } from "../../reactor/store/facts.ts";
import { openPulls } from "../../reactor/store/killSwitch.ts";
import { chooseLane, openAccounts } from "../../reactor/store/lanes.ts";
import { readStatement } from "../../reactor/store/readStatement.ts";
import { lastFullReadingMs, lastReconciliation, readOrderedLegs } from "../../reactor/store/reconciliations.ts";
import {
  availableCentavos,
  awaitsRefund,
  type BankReading,
  lastReadingMs,
  oldestReadingMs,
  saveBankReading,
} from "../../reactor/store/saveBankReading.ts";
import { standingOfNamed } from "../../reactor/store/saveNamed.ts";
import { claim, leg, payment, reconciliation, witness } from "../../reactor/store/schema/index.ts";
import { countSpares, saveSpare, takeSpare } from "../../reactor/store/spareClabes.ts";
import { postMovement, reserve, reservedCentavos } from "../../reactor/store/transfers.ts";
import { isWebhookRegistered, saveWebhookRegistration } from "../../reactor/store/webhookRegistration.ts";
import { accountLock, heldLocks, LOCKS, withLock } from "../../reactor/store/withLock.ts";
import { forgetWitnesses, witnessesOf } from "../../reactor/store/witnesses.ts";
import { takeControls } from "../../reactor/takeControls.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { CHAIN_ID, createChainView, FACTS_CONTEXT, setIndexedHead } from "./chainView.ts";
import { AMOUNT_CENTAVOS, freshClabe, freshStore, putLeg, readLeg, storePayment } from "./freshStore.ts";
import { issuance, speiDeposit } from "./readings.ts";

const NORTE = "norte";
const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());
await createChainView(pool);
await setIndexedHead(pool, 100, Math.floor(Date.now() / 1_000));

beforeEach(async () => {
  await withoutTriggers(
    pool,
    `truncate kustodia.kill_switch, kustodia.bank_transaction, kustodia.spei_deposit, kustodia.bank_reading, kustodia.attempt,
      kustodia.claim, kustodia.transfer, kustodia.unassigned_deposit, kustodia.witness, kustodia.reconciliation,
      kustodia.suspicion, kustodia.break, kustodia.bank_access cascade`,
  );
  await pool.query(`update kustodia.leg set state = 'cancelled' where state <> 'review';
    update kustodia.payment set status = 'cancelled'; delete from kustodia.lane;
    insert into kustodia.lane (name, account, state, set_by, reason) values ('principal', 'principal', 'open', null, null),
      ('norte', 'norte', 'open', '{Ana,Beto}', 'prueba')`);
});

/** A payment whose customer's CLABE is of the account: by the lane of the same name. */
const paymentOf = (account: string, clabe = freshClabe()) => storePayment(db, clabe, Date.now(), account);
const legOf = async (account: string, kind: "deposit" | "custody" | "payout", state: string) =>
  putLeg(db, await paymentOf(account), kind, state);

const NO_BRIDGE = "0xbridge";
const read = (account: string, lists: Partial<BankReading> = {}) =>
  saveBankReading(db, {
    ...{ transactions: [], deposits: [], refunds: [], availableBaseUnits: null, newestReactor: 0 },
    ...{ startedAtMs: Date.now(), sinceMs: Date.now() - 60_000, ours: { lane: account, account, bridge: NO_BRIDGE } },
    ...lists,
  });
const redemption = (id: string) =>
  issuance(id, { type: "REDEMPTION", status: "IN_PROGRESS", receiverClabe: null, bankAccountId: "account-1" });
const contextOf = (account: string, holder = 0) => ({ ...FACTS_CONTEXT, lane: account, account, holder });
const whys = async () => (await openPulls(db)).map(({ why }) => why);

test("what a leg names is asked about in its own account alone, and known as over once the bank has shown it so", async () => {
  const one = await legOf(NORTE, "deposit", "issuing");
  await insertClaims(db, one.id, [{ source: "issuance", outsideId: "i-of-norte" }]);
  const standing = async (account: string) => (await standingOfNamed(db, account, ["i-of-norte"])).get("i-of-norte");
  expect([await standing(NORTE), await standing(FIRST_ACCOUNT)]).toEqual(["open", undefined]);
  await read(NORTE, { transactions: [issuance("i-of-norte")] });
  expect(await standing(NORTE)).toBe("over");
});

describe("a reading", () => {
  test("is of one account: another's fence, absence and balance know nothing of it", async () => {
    const one = await legOf(FIRST_LANE, "payout", "ready");
    const other = await legOf(NORTE, "payout", "ready");
    await read(NORTE, { newestReactor: 7, availableBaseUnits: 15_000_000n });
    const unread = async (account: string, of: typeof one) =>
      (await loadFacts(db, [of], contextOf(account, 7), Date.now())).get(of.id)?.guards.bankUnread;
    expect([await unread(NORTE, other), await unread(FIRST_ACCOUNT, one)]).toEqual([false, true]);
    expect([await availableCentavos(db, NORTE), await availableCentavos(db, FIRST_ACCOUNT)]).toEqual([1_500n, null]);
    const span = { startedAfterMs: 0, reachingMs: Date.now() + 3_600_000 };
    expect(await readingsAfter(db, NORTE, span)).not.toBeNull();
    expect(await readingsAfter(db, FIRST_ACCOUNT, span)).toBeNull();
    expect([await lastReadingMs(db, FIRST_ACCOUNT), await oldestReadingMs(db)]).toEqual([
      null,
      await lastReadingMs(db, NORTE),
    ]);
  });

  test("of the account that was read longest ago is the one that operators are shown", async () => {
    const longAgoMs = Date.now() - 600_000;
    await read(FIRST_ACCOUNT, { startedAtMs: longAgoMs });
    await read(NORTE);
    expect(await oldestReadingMs(db)).toBe(longAgoMs);
  });

  test("asks for refunds only where a leg of its own account waits for one", async () => {
    await legOf(NORTE, "payout", "failed");
    expect([await awaitsRefund(db, NORTE), await awaitsRefund(db, FIRST_ACCOUNT)]).toEqual([true, false]);
  });

  test.each<readonly [string, Partial<BankReading>]>([
    ["a transaction", { transactions: [issuance("i-1")] }],
    ["a deposit", { deposits: [speiDeposit("f-1")] }],
  ])("that shows %s of another account's is refused, and nothing of it is stored", async (_what, lists) => {
    await read(FIRST_ACCOUNT, lists);
    await expect(read(NORTE, lists)).rejects.toThrow("dos nombres de una misma");
    expect(await lastReadingMs(db, NORTE)).toBeNull();
    await read(FIRST_ACCOUNT, lists);
  });
});

describe("money", () => {
  test("that is reserved in one account is free in the other", async () => {
    const reserved = (account: string) => db.transaction((tx) => reservedCentavos(tx, "juno", account));
    await reserve(db, await legOf(NORTE, "custody", "withdrawing"), null, { from: "juno", to: "bridge" });
    expect([await reserved(NORTE), await reserved(FIRST_ACCOUNT)]).toEqual([AMOUNT_CENTAVOS, 0n]);
  });

  test("in one account's list pays for no payment of the other, though CLABE and amount fit", async () => {
    const clabe = freshClabe();
    const id = await paymentOf(NORTE, clabe);
    const assigned = async () => (await assignDeposits(db, "accept")).assigned;
    await read(FIRST_ACCOUNT, { transactions: [issuance("i-2", { receiverClabe: clabe })] });
    await read(FIRST_ACCOUNT, { deposits: [speiDeposit("f-2", { receiverClabe: clabe })] });
    expect(await assigned()).toBe(0);
    expect((await pool.query("select issuance_id, why from kustodia.unassigned_deposit")).rows).toEqual([
      { issuance_id: "i-2", why: "unmatched" },
    ]);
    await read(NORTE, { transactions: [issuance("i-3", { receiverClabe: clabe })] });
    expect(await assigned()).toBe(1);
    const [owner] = await db.select({ paymentId: leg.paymentId }).from(claim).innerJoin(leg, eq(leg.id, claim.legId));
    expect(owner).toEqual({ paymentId: id });
  });

  test("that came back is its own account's payout, though another account has paid as much", async () => {
    const [ours, theirs] = [await legOf(FIRST_LANE, "payout", "paid"), await legOf(NORTE, "payout", "paid")];
    const back = (account: string) =>
      read(account, {
        transactions: [issuance(`back-${account}`, { fiatId: `fid-${account}` })],
        deposits: [{ ...speiDeposit(`fid-${account}`), depositType: "REFUND_CREDITED_WITHDRAWAL" }],
      });
    await back(NORTE);
    await back(FIRST_ACCOUNT);
    await assignDeposits(db, "accept");
    const claims = await db.select({ legId: claim.legId, outsideId: claim.outsideId }).from(claim).orderBy(claim.legId);
    expect(claims).toEqual([
      { legId: ours.id, outsideId: `back-${FIRST_ACCOUNT}` },
      { legId: theirs.id, outsideId: `back-${NORTE}` },
    ]);
  });
});

test("a SPEI that came back in one account marks no deposit of another, though both have one tracking key", async () => {
  const [clabe, claveRastreo] = [freshClabe(), "clave-9"];
  await paymentOf(FIRST_ACCOUNT, clabe);
  await read(NORTE, { deposits: [{ ...speiDeposit("f-9"), claveRastreo, depositType: "REFUND_CREDITED_WITHDRAWAL" }] });
  await read(FIRST_ACCOUNT, { transactions: [issuance("i-9", { receiverClabe: clabe, fiatId: claveRastreo })] });
  expect((await assignDeposits(db, "accept")).assigned).toBe(1);
  expect((await pool.query("select why from kustodia.unassigned_deposit")).rows).toEqual([]);
});

describe("an order of unknown outcome", () => {
  const redeeming = async (account: string) => {
    const one = await legOf(account, "payout", "redeeming");
    await db
      .update(leg)
      .set({ carried: { bankAccountId: "account-1" } })
      .where(eq(leg.id, one.id));
    await openAttempt(db, one, "redeem", randomUUID(), "numbered", Date.now());
    return { ...one, carried: { bankAccountId: "account-1" } };
  };
  const lookedUp = async (account: string, one: Awaited<ReturnType<typeof redeeming>>) => {
    const facts = (await loadFacts(db, [one], contextOf(account), Date.now())).get(one.id);
    return { candidates: facts?.candidates.map(({ id }) => id), rivals: facts?.rivals };
  };

  test("is looked for in its own account's list, and its rivals are its own account's orders", async () => {
    const [ours, theirs] = [await redeeming(FIRST_LANE), await redeeming(NORTE)];
    await read(NORTE, { transactions: [redemption("r-1")] });
    expect(await lookedUp(FIRST_ACCOUNT, ours)).toEqual({ candidates: [], rivals: 0 });
    expect(await lookedUp(NORTE, theirs)).toEqual({ candidates: ["r-1"], rivals: 0 });
  });

  test("explains a debit of its own account alone", async () => {
    await redeeming(FIRST_LANE);
    for (let times = 0; times < 2; times++) await read(NORTE, { transactions: [redemption("r-2")] });
    expect(await whys()).toEqual([expect.stringContaining("r-2")]);
  });

  test("does not stop for a debit of another account, nor does that one's reading clear one of its own", async () => {
    const ours = await redeeming(FIRST_LANE);
    await pool.query("delete from kustodia.attempt");
    const strayOf = async () =>
      (await loadFacts(db, [ours], contextOf(FIRST_LANE), Date.now())).get(ours.id)?.strayDebitId;
    await read(NORTE, { transactions: [redemption("r-3")] });
    expect(await strayOf()).toBeNull();
    await read(FIRST_ACCOUNT, { transactions: [redemption("r-4")] });
    await read(NORTE);
    expect(await strayOf()).toBe("r-4");
    await read(FIRST_ACCOUNT, { transactions: [redemption("r-4")] });
    expect(await whys()).toContainEqual(expect.stringContaining("r-4"));
  });
});

test("a debit is counted by its own account's readings, however often another account is read", async () => {
  await read(NORTE, { transactions: [redemption("r-6")] });
  for (let times = 0; times < 3; times++) await read(FIRST_ACCOUNT);
  expect(await whys()).toEqual([]);
  await read(NORTE);
  expect(await whys()).toEqual([expect.stringContaining("r-6")]);
});

describe("a payment", () => {
  const laneOf = async (id: number) => (await db.select().from(payment).where(eq(payment.id, id)))[0]?.lane;

  test("goes by a lane of the account of its customer's CLABE, whichever reactor was asked", async () => {
    const clabe = freshClabe();
    expect(await laneOf(await paymentOf(NORTE, clabe))).toBe(NORTE);
    // Asked of the first account's reactor now: the customer is the other's, for ever.
    expect(await laneOf(await paymentOf(FIRST_ACCOUNT, clabe))).toBe(NORTE);
    expect(await laneOf(await paymentOf(FIRST_ACCOUNT))).toBe(FIRST_LANE);
  });

  test("is refused where its account has no open lane; what came to it is still given back by one that drains", async () => {
    await pool.query("update kustodia.lane set state = 'draining', set_by = '{Ana}' where name = 'norte'");
    await expect(paymentOf(NORTE)).rejects.toThrow("was not created");
    expect(await db.transaction((tx) => chooseLane(tx, NORTE))).toBeNull();
    expect(await db.transaction((tx) => chooseLane(tx, NORTE, ["draining"]))).toBe(NORTE);
  });

  test("counts against the day of its own account", async () => {
    await db.update(payment).set({ status: "cancelled" });
    await paymentOf(NORTE);
    const limits = { operationCentavos: null, dayCentavos: AMOUNT_CENTAVOS };
    const passed = (account: string) => findBankLimit(db, { account, amountCentavos: 1n }, limits);
    expect([await passed(NORTE), await passed(FIRST_ACCOUNT)]).toEqual(["over_bank_day", null]);
  });
});

describe("a customer", () => {
  const move = async (id: string, next: DepositPlace) => {
    const known = await findDepositPlace(db, id);
    return known === null ? null : moveCustomer(db, id, known, next);
  };

  test("gets a CLABE that nobody else gets, of the account that it is asked of", async () => {
    await saveSpare(db, NORTE, "646180000000000901");
    await saveSpare(db, NORTE, "646180000000000902");
    expect(await takeSpare(db, FIRST_ACCOUNT)).toBeNull();
    const taken = await Promise.all([1, 2, 3].map(() => takeSpare(db, NORTE)));
    expect(taken.filter((one) => one !== null).toSorted()).toEqual(["646180000000000901", "646180000000000902"]);
    expect(await countSpares(db, NORTE)).toBe(0);
  });

  test("whose account is drained gets a CLABE in another one, and the former stays theirs", async () => {
    await paymentOf(NORTE, "646180000000000911");
    const id = "customer of 646180000000000911";
    const next = { depositClabe: "646180000000000912", account: FIRST_ACCOUNT };
    expect(await move(id, next)).toBe("646180000000000912");
    expect(await findDepositPlace(db, id)).toEqual(next);
    const owners = await Promise.all(
      ["646180000000000911", "646180000000000912"].map((one) => findClabeOwner(db, one)),
    );
    expect(owners).toEqual([id, id]);
    // The payment that waits for money to the former one is given it there.
    await read(NORTE, { transactions: [issuance("i-4", { receiverClabe: "646180000000000911" })] });
    expect((await assignDeposits(db, "accept")).assigned).toBe(1);
  });

  test("has all of it in one statement, by whichever CLABE it came", async () => {
    const clabes = ["646180000000000931", "646180000000000932"] as const;
    const id = "customer of 646180000000000931";
    const arrived = async (paymentId: number) =>
      postMovement(db, await readLeg(db, paymentId, "deposit"), { from: "buyer", to: "juno" });
    await arrived(await paymentOf(NORTE, clabes[0]));
    await move(id, { depositClabe: clabes[1], account: FIRST_ACCOUNT });
    const lines = async () => (await readStatement(db, { id }, { afterMs: 0, throughMs: Date.now() + 60_000 })).lines;
    expect((await lines()).map(({ kind, centavos }) => ({ kind, centavos }))).toEqual([
      { kind: "deposit", centavos: AMOUNT_CENTAVOS },
    ]);
  });

  test("is given what the bank lists of its own account's transfers as evidence, and nothing of another's", async () => {
    const one = await legOf(NORTE, "payout", "paying");
    await db
      .update(leg)
      .set({ carried: { redemptionId: "r-7" } })
      .where(eq(leg.id, one.id));
    const named = { ...one, carried: { redemptionId: "r-7" } };
    const shown = async () =>
      (await loadFacts(db, [named], contextOf(NORTE), Date.now())).get(one.id)?.bank.map(({ id }) => id);
    await read(FIRST_ACCOUNT, { transactions: [redemption("r-7")] });
    expect(await shown()).toEqual([]);
    await pool.query("update kustodia.bank_transaction set account = 'norte'");
    expect(await shown()).toEqual(["r-7"]);
  });

  test("is moved once: who comes second with the former CLABE in hand is told the new one", async () => {
    await paymentOf(NORTE, "646180000000000921");
    const id = "customer of 646180000000000921";
    const former = { depositClabe: "646180000000000921", account: NORTE };
    await moveCustomer(db, id, former, { depositClabe: "646180000000000922", account: FIRST_ACCOUNT });
    const late = await moveCustomer(db, id, former, { depositClabe: "646180000000000923", account: FIRST_ACCOUNT });
    expect(late).toBe("646180000000000922");
  });

  test("that is new goes to the open account with the fewest payments, of all its lanes", async () => {
    await pool.query(`insert into kustodia.lane (name, account, state, set_by, reason)
      values ('norte-2', 'norte', 'draining', '{Ana}', 'prueba'), ('sur', 'sur', 'proposed', null, null)`);
    expect(await openAccounts(db)).toEqual([NORTE, FIRST_ACCOUNT]);
    const id = await paymentOf(NORTE);
    await db.update(payment).set({ lane: "norte-2" }).where(eq(payment.id, id));
    expect(await openAccounts(db)).toEqual([FIRST_ACCOUNT, NORTE]);
    await pool.query("update kustodia.lane set state = 'draining', set_by = '{Ana}' where name = 'norte'");
    expect(await openAccounts(db)).toEqual([FIRST_ACCOUNT]);
  });
});

describe("a start", () => {
  const address = (digit: string) => `0x${digit.repeat(40)}` as const;
  const configOf = (lane: string, account: string, digit: string, wallet: string) => ({
    ...{ lane, account, chainId: CHAIN_ID, indexSchema: "chain", confirmations: 0 },
    ceilings: { payoutCentavos: 1n, hourCentavos: 1n, dayCentavos: 1n, allowanceCentavos: 1n },
    addresses: {
      ...{ escrow: address(digit), bridge: address(String(Number(digit) + 1)) },
      ...{ mxnb: address("9"), junoWallet: address(wallet) },
    },
  });

  test("is refused where a lane would change its account, or account and wallet are not one to one", async () => {
    await takeControls(db, configOf(FIRST_LANE, FIRST_ACCOUNT, "1", "a"));
    await takeControls(db, configOf(NORTE, NORTE, "3", "b"));
    await expect(takeControls(db, configOf(NORTE, FIRST_ACCOUNT, "3", "b"))).rejects.toThrow(
      "un carril no cambia de cuenta",
    );
    await expect(takeControls(db, configOf("sur", "sur", "5", "b"))).rejects.toThrow("tiene su cartera, y una sola");
    await expect(takeControls(db, configOf("sur", NORTE, "5", "c"))).rejects.toThrow("tiene su cartera, y una sola");
    await takeControls(db, configOf("sur", NORTE, "5", "b"));
  });

  test("is refused with the key of another account", async () => {
    await adoptKey(db, "key-1", NORTE, 240);
    await adoptKey(db, "key-1", NORTE, 240);
    await expect(adoptKey(db, "key-1", FIRST_ACCOUNT, 240)).rejects.toThrow("La llave de Juno es de la cuenta norte");
    await adoptKey(db, "key-2", FIRST_ACCOUNT, 240);
  });

  test("has the bank ring for each account", async () => {
    await saveWebhookRegistration(db, NORTE, "https://pagos.ejemplo.mx/webhooks/juno");
    const isKnown = (account: string) => isWebhookRegistered(db, account, "https://pagos.ejemplo.mx/webhooks/juno");
    expect([await isKnown(NORTE), await isKnown(FIRST_ACCOUNT)]).toEqual([true, false]);
  });
});

describe("a reconciliation", () => {
  const found = {
    kind: "balance_difference",
    source: "bank",
    outsideId: "juno 0",
    paymentId: null,
    legId: null,
  } as const;
  const sides = { consumed: {}, seen: {}, atBank: {}, amountBaseUnits: 1n };

  test("suspects and heals what is of its own account, and both may find the same", async () => {
    for (const account of [FIRST_ACCOUNT, NORTE]) await openBreak(db, { ...found, ...sides, account });
    expect((await reconciledBreaks(db, NORTE)).map(({ account }) => account)).toEqual([NORTE]);
    await expect(openBreak(db, { ...found, ...sides, account: NORTE })).rejects.toThrow();
    for (const account of [FIRST_ACCOUNT, NORTE]) await replaceSuspicions(db, account, [found]);
    await replaceSuspicions(db, NORTE, []);
    expect([(await readSuspicions(db, NORTE)).length, (await readSuspicions(db, FIRST_ACCOUNT)).length]).toEqual([
      0, 1,
    ]);
  });

  test("reads on from its own last one, with its own witnesses and legs", async () => {
    const sums = { juno: "0", bridge: "0", escrow: "0" };
    await db.insert(reconciliation).values({
      ...{
        account: NORTE,
        span: "full",
        startedAtMs: Date.now(),
        blockNumber: 1n,
        blockHash: "0x1",
        sums,
        balances: sums,
      },
      ...{ payments: 0, matched: 0, breaks: 0, differenceCentavos: 0n, rpcCalls: 0, bankCalls: 0, elapsedMs: 0 },
    });
    expect([(await lastReconciliation(db, NORTE))?.account, await lastReconciliation(db, FIRST_ACCOUNT)]).toEqual([
      NORTE,
      null,
    ]);
    expect(await lastFullReadingMs(db, FIRST_ACCOUNT)).toBeNull();
    const shown = { side: "bank", kind: "REDEMPTION", atMs: Date.now(), changedAtMs: Date.now(), ours: false } as const;
    await db.insert(witness).values([
      { ...shown, id: "w-1", account: FIRST_ACCOUNT },
      { ...shown, id: "w-2", account: NORTE },
    ]);
    expect((await witnessesOf(db, NORTE, [])).map(({ id }) => id)).toEqual(["w-2"]);
    await forgetWitnesses(db, NORTE);
    expect((await witnessesOf(db, FIRST_ACCOUNT, [])).map(({ id }) => id)).toEqual(["w-1"]);
    const [ours, theirs] = [await legOf(FIRST_LANE, "custody", "active"), await legOf(NORTE, "custody", "active")];
    const both = [ours.id, theirs.id];
    expect((await readOrderedLegs(db, NORTE, both)).map(({ id }) => id)).toEqual([theirs.id]);
  });
});

test("each account is read under a lock of its own, which is seen to be held", async () => {
  const norte = accountLock(LOCKS.bankReading, NORTE);
  expect(accountLock(LOCKS.bankReading, FIRST_ACCOUNT)).toBe(LOCKS.bankReading);
  const seen = await withLock(pool, norte, () =>
    withLock(pool, LOCKS.bankReading, () => heldLocks(db, [norte, LOCKS.bankReading, LOCKS.heads])),
  );
  expect(seen).toEqual(new Set([norte, LOCKS.bankReading]));
  expect(await heldLocks(db, [norte])).toEqual(new Set());
});
