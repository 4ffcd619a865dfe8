import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { apply } from "../../reactor/payments/apply.ts";
import { courseOf } from "../../reactor/payments/courseOf.ts";
import type { Facts } from "../../reactor/payments/facts.ts";
import type { Leg, LegKind } from "../../reactor/payments/leg.ts";
import { closeAttempt, openAttempt } from "../../reactor/store/attempts.ts";
import { ensureSigner, reserveNonce, saveSignatures } from "../../reactor/store/chainTransactions.ts";
import { insertClaims } from "../../reactor/store/claims.ts";
import { loadFacts } from "../../reactor/store/facts.ts";
import type { FactsContext } from "../../reactor/store/factsOf.ts";
import { saveHeads, saveSettledBlock } from "../../reactor/store/heads.ts";
import { liftKillSwitch, pullKillSwitch } from "../../reactor/store/killSwitch.ts";
import { toLeg } from "../../reactor/store/legRow.ts";
import { newestReactor } from "../../reactor/store/newestReactor.ts";
import { bankTransaction, leg, payment, payoutAccount } from "../../reactor/store/schema/index.ts";
import { withoutTriggers } from "../harness/withoutTriggers.ts";
import { carriedIn } from "../payments/knownFacts.ts";
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
import { AMOUNT_CENTAVOS, freshStore, putLeg, readLeg, storePayment } from "./freshStore.ts";
import { issuance, read, speiDeposit } from "./readings.ts";

const store = await freshStore();
const { db, pool } = store;
afterAll(() => store.close());
await ensureSigner(db, "0xbridge", 0);

const NOW_MS = Date.now();
const settledHead = { number: 95n, hash: "0xb95" };

async function setHeads(changes: Partial<Parameters<typeof saveHeads>[1]> = {}): Promise<void> {
  await pool.query("delete from kustodia.head");
  const heads = {
    latestNumber: 100n,
    settled: settledHead,
    settledLargeNumber: 80n,
    complaint: null,
    readAtMs: NOW_MS,
  };
  await saveHeads(db, { chainId: CHAIN_ID, ...heads, ...changes });
}

beforeEach(async () => {
  await pool.query("drop schema if exists chain cascade; truncate kustodia.settled_hash");
  await createChainView(pool);
  await setIndexedHead(pool, 100, Math.floor(NOW_MS / 1_000));
  await setHeads();
});

async function factsOf(one: Leg, changes: Partial<FactsContext> = {}): Promise<Facts> {
  const known = (await loadFacts(db, [one], { ...FACTS_CONTEXT, ...changes }, NOW_MS)).get(one.id);
  if (known === undefined) throw new Error("No facts.");
  return known;
}
/** The number that the next reactor to start gets. */
async function takeNumber(): Promise<{ holder: number }> {
  const { rows } = await pool.query<{ holder: number }>("select nextval('kustodia.reactor_number')::int as holder");
  const holder = rows[0]?.holder;
  if (holder === undefined) throw new Error("Postgres gave no number.");
  return { holder };
}
const custodyLeg = async (state: string) => putLeg(db, await storePayment(db), "custody", state);

let escrows = 800;
/** An active custody with an escrow of its own. */
async function withEscrow(): Promise<{ leg: Leg; escrowId: number }> {
  escrows += 1;
  const one = await custodyLeg("active");
  const carried = { escrowId: String(escrows) };
  await db.update(leg).set({ carried }).where(eq(leg.id, one.id));
  return { leg: { ...one, carried }, escrowId: escrows };
}

async function sent(one: Leg, hash: string): Promise<void> {
  const fees = { gas: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
  const call = { legId: one.id, action: "release" as const, generation: 0, to: ESCROW, data: "0x", ...fees };
  await saveSignatures(db, [{ id: (await reserveNonce(db, "0xbridge", call)).id, raw: hash, hash }]);
}

describe("the bank counts as unread", () => {
  test("until a whole reading that any reactor began after this one had its number", async () => {
    const one = await custodyLeg("withdrawing");
    const { holder } = await takeNumber();
    const unread = async () => (await factsOf(one, { holder })).guards.bankUnread;
    await read(db, { newestReactor: holder - 1 });
    expect(await unread()).toBe(true);
    await read(db, { newestReactor: await newestReactor(db) });
    expect(await unread()).toBe(false);
  });

  test("again by a reactor that starts later", async () => {
    const one = await custodyLeg("withdrawing");
    await takeNumber();
    await read(db, { newestReactor: await newestReactor(db) });
    const later = await takeNumber();
    expect((await factsOf(one, later)).guards.bankUnread).toBe(true);
  });
});

test("what is known of a leg is the same whoever else is looked at with it", async () => {
  const paymentId = await storePayment(db);
  const registering = await putLeg(db, paymentId, "payout", "account");
  const [row] = await db
    .insert(leg)
    .values({
      ...{ paymentId, kind: "payout", state: "ready", source: "deposit", payee: "platform", amountCentavos: 150_00n },
      ...{ carried: carriedIn("payout", "ready"), enteredAtMs: NOW_MS, dueAtMs: NOW_MS },
    })
    .returning();
  if (row === undefined) throw new Error("No second payout.");
  const named = {
    version: 1,
    legalName: "Plataforma",
    clabe: "032180000118359719",
    givenBy: "prueba",
    reason: "prueba",
  };
  await db.insert(payoutAccount).values({ legId: row.id, payee: "platform", ...named });
  const ready = toLeg(row);
  const together = await loadFacts(db, [registering, ready], FACTS_CONTEXT, NOW_MS);
  expect(together.get(ready.id)).toEqual(await factsOf(ready));
  expect(together.get(registering.id)).toEqual(await factsOf(registering));
});

describe("a log is", () => {
  test.each([
    [96, true],
    [97, true],
    [98, false],
  ])("in block %i of 100 soft: %s, three blocks deep", async (blockNumber, soft) => {
    const { leg: one, escrowId } = await withEscrow();
    await show(pool, log("EscrowFunded", `0xsoft${blockNumber}`, { escrowId, blockNumber }));
    expect((await factsOf(one)).chain).toMatchObject([{ soft }]);
  });

  test.each([
    ["at the settled head with the chain's own hash", 95, "0xb95", true],
    ["above the settled head", 96, "0xb95", false],
    ["in a block that the chain replaced", 95, "0xother", false],
    ["in a block that nobody has asked the chain for", 94, "0xb95", false],
  ])("settled only when it is %s", async (_what, blockNumber, blockHash, settled) => {
    const { leg: one, escrowId } = await withEscrow();
    await saveSettledBlock(db, CHAIN_ID, 95n, "0xb95");
    await saveSettledBlock(db, CHAIN_ID, 96n, "0xb95");
    await show(pool, log("EscrowFunded", `0x${blockNumber}${blockHash}`, { escrowId, blockNumber, blockHash }));
    expect((await factsOf(one)).chain).toMatchObject([{ settled }]);
  });

  test("for more than 100,000 pesos settled only at the deeper head", async () => {
    const { leg: one, escrowId } = await withEscrow();
    await saveSettledBlock(db, CHAIN_ID, 81n, "0xb81");
    await saveSettledBlock(db, CHAIN_ID, 80n, "0xb80");
    await show(pool, log("EscrowFunded", "0xl1", { escrowId, blockNumber: 81, blockHash: "0xb81" }));
    await show(pool, log("EscrowFunded", "0xl2", { escrowId, blockNumber: 80, blockHash: "0xb80" }));
    const settledOf = async (amountCentavos: bigint) =>
      (await factsOf({ ...one, amountCentavos })).chain.map((fact) => [fact.txHash, fact.settled]).sort();
    expect(await settledOf(100_000_00n)).toEqual([
      ["0xl1", true],
      ["0xl2", true],
    ]);
    expect(await settledOf(100_000_01n)).toEqual([
      ["0xl1", false],
      ["0xl2", true],
    ]);
  });

  test("not settled while the chain tells no settled head", async () => {
    const { leg: one, escrowId } = await withEscrow();
    await setHeads({ settled: null, settledLargeNumber: null });
    await saveSettledBlock(db, CHAIN_ID, 90n, "0xb90");
    await show(pool, log("EscrowFunded", "0xnohead", { escrowId }));
    expect(await factsOf(one)).toMatchObject({ settledHead: null, chain: [{ settled: false }] });
  });

  test("ours when this very leg sent its transaction, and not when another leg of ours did", async () => {
    const [{ leg: one, escrowId }, { leg: other }] = [await withEscrow(), await withEscrow()];
    await sent(one, "0xours");
    await sent(other, "0xothers");
    await show(pool, log("EscrowReleased", "0xours", { escrowId }), log("EscrowDisputed", "0xothers", { escrowId }));
    const { chain } = await factsOf(one);
    expect(Object.fromEntries(chain.map((fact) => [fact.kind, fact.ours]))).toEqual({
      EscrowReleased: true,
      EscrowDisputed: false,
    });
  });

  test("no evidence for a leg when another leg has claimed it", async () => {
    const [{ leg: one }, { leg: other }] = [await withEscrow(), await withEscrow()];
    await sent(one, "0xclaimed");
    await show(pool, log("Transfer", "0xclaimed", { contract: TOKEN, amountBaseUnits: 5n }));
    const key = `${CHAIN_ID}:${TOKEN}:0xclaimed:Transfer:1`;
    expect((await factsOf(one)).chain).toMatchObject([{ key, contract: "token", amountBaseUnits: 5n }]);
    await insertClaims(db, other.id, [{ source: "token_transfer", outsideId: key }]);
    expect((await factsOf(one)).chain).toEqual([]);
  });
});

describe("facts are stale", () => {
  const old = (seconds: number) => setIndexedHead(pool, 90, Math.floor(NOW_MS / 1_000) - seconds);

  test.each<readonly [string, boolean, () => Promise<void>]>([
    ["when all is fresh", false, async () => undefined],
    ["when nobody has read the chain's head lately", true, () => setHeads({ readAtMs: NOW_MS - 60_001 })],
    ["when nobody ever has", true, async () => void (await pool.query("delete from kustodia.head"))],
    ["when the node's chain ends below what was settled", true, () => setHeads({ latestNumber: 94n })],
    ["when the index is ten blocks and two minutes behind", true, () => old(120)],
    ["when it is ten blocks behind, but only for seconds", false, () => old(10)],
    ["when the chain itself is slow", false, () => setIndexedHead(pool, 100, Math.floor(NOW_MS / 1_000) - 3_600)],
    ["when there is no index at all", true, async () => void (await pool.query("drop schema chain cascade"))],
  ])("%s: %s", async (_what, staleFacts, make) => {
    const one = await custodyLeg("bridged");
    await make();
    expect((await factsOf(one)).guards).toMatchObject({ killed: false, staleFacts });
  });
});

test("the kill switch is seen while it is pulled, and not after it is lifted", async () => {
  const one = await custodyLeg("bridged");
  await pullKillSwitch(db, "simulacro", "test");
  expect((await factsOf(one)).guards.killed).toBe(true);
  await liftKillSwitch(db, { reason: "fin del simulacro", persons: ["ana", "beto"], upTo: null });
  expect((await factsOf(one)).guards.killed).toBe(false);
});

describe("the bank's side", () => {
  test("a refused issuance is known to the leg that saw its SPEI, by the clave de rastreo", async () => {
    const one = await putLeg(db, await storePayment(db), "deposit", "seen");
    await db
      .update(leg)
      .set({ carried: { fid: "f-77" } })
      .where(eq(leg.id, one.id));
    const seen = { ...one, carried: { fid: "f-77" } };
    await read(db, { deposits: [speiDeposit("f-77", { claveRastreo: "CLAVE77" })] });
    await read(db, { transactions: [issuance("i-77", { status: "PENDING", fiatId: "CLAVE77" })] });
    expect((await factsOf(seen)).depositRefunded).toBe(false);
    await read(db, { transactions: [issuance("i-77", { status: "FAILED", fiatId: "CLAVE77" })] });
    expect((await factsOf(seen)).depositRefunded).toBe(true);
  });

  test("a refund is the failed order's own, and equal in amount", async () => {
    const one = await custodyLeg("failed_withdrawal");
    const entry = { refundOf: "withdrawal-1", amountBaseUnits: AMOUNT_CENTAVOS * 10_000n, createdAtMs: NOW_MS };
    await read(db, { refunds: [{ id: "r-less", ...entry, amountBaseUnits: entry.amountBaseUnits - 1n }] });
    await read(db, { refunds: [{ id: "r-other", ...entry, refundOf: "withdrawal-2" }] });
    expect((await factsOf(one)).claims.refund).toBeNull();
    await read(db, { refunds: [{ id: "r-mine", ...entry }] });
    expect((await factsOf(one)).claims.refund).toBe("r-mine");
  });

  test("only the attempts of the present generation count", async () => {
    const one = await custodyLeg("withdrawing");
    await openAttempt(db, one, "withdraw", randomUUID(), "numbered", NOW_MS);
    expect((await factsOf(one)).attempts).toHaveLength(1);
    expect((await factsOf({ ...one, generation: 1 })).attempts).toEqual([]);
  });
});

test("a payment's terms and siblings are its own", async () => {
  const one = await custodyLeg("waiting");
  await db.update(payment).set({ held: true }).where(eq(payment.id, one.paymentId));
  const { terms, siblings } = await factsOf(one);
  expect(terms).toMatchObject({ held: true, amountCentavos: AMOUNT_CENTAVOS });
  expect(siblings.map((sibling) => sibling.kind).sort()).toEqual(["deposit", "payout"]);
});

describe("what is decided in the turn of a move is what would be decided of the moved leg by its own facts", () => {
  test.each([
    ["custody", { deposit: "issued" }, "withdraw"],
    ["payout", { deposit: "issued", custody: "returned" }, "registerAccount"],
  ] as const)("of a waiting %s", async (kind, others, action) => {
    const paymentId = await storePayment(db);
    for (const [other, state] of Object.entries(others)) await putLeg(db, paymentId, other as LegKind, state);
    await read(db, {});
    const context = { holder: 0 };
    const [move, order] = courseOf(
      await putLeg(db, paymentId, kind, "waiting"),
      await factsOf(await readLeg(db, paymentId, kind), context),
    );
    expect(order?.decision).toEqual({ kind: "perform", action });
    if (move?.decision.kind !== "move" || order === undefined) throw new Error("It did not move.");
    const { leg: next } = apply(move.leg, move.decision.outcome, move.decision.learnt ?? {}, move.facts.terms, NOW_MS);
    const { attempts, bank, chain, accountKnown, strayDebitId, unsettled } = await factsOf(next, context);
    expect(order.facts).toMatchObject({ attempts, bank, chain, accountKnown, strayDebitId, unsettled });
  });
});

describe("what an order of unknown outcome may have become", () => {
  beforeEach(async () => {
    await withoutTriggers(pool, "truncate kustodia.attempt cascade");
    await db.delete(bankTransaction);
  });

  const withdrawal = (id: string, changes: Partial<ReturnType<typeof issuance>> = {}) =>
    issuance(id, {
      type: "CRYPTO_WITHDRAWAL",
      address: `0x${BRIDGE.slice(2).toUpperCase()}`,
      createdAtMs: NOW_MS,
      ...changes,
    });
  const unknown = { outcome: "unknown", outsideId: null, when: null, reason: null, evidence: null } as const;
  async function ordered(sentAtMs = NOW_MS): Promise<Leg> {
    const one = await custodyLeg("withdrawing");
    const { id } = await openAttempt(db, one, "withdraw", randomUUID(), "numbered", sentAtMs);
    await closeAttempt(db, id, unknown);
    return one;
  }
  const lookup = async (one: Leg) => {
    const { candidates, rivals } = await factsOf(one);
    return { found: candidates.map((row) => row.id), rivals };
  };

  test("is a transaction of its type, amount and destination that nothing has claimed, the oldest first", async () => {
    const [one, other] = [await ordered(), await custodyLeg("active")];
    await read(db, {
      transactions: [
        withdrawal("later", { createdAtMs: NOW_MS + 2 }),
        withdrawal("fits"),
        withdrawal("no address", { address: null, createdAtMs: NOW_MS + 1 }),
        withdrawal("elsewhere", { address: "0xother" }),
        withdrawal("less", { amountBaseUnits: AMOUNT_CENTAVOS * 10_000n - 1n }),
        withdrawal("before", { createdAtMs: NOW_MS - 5 * 60_000 - 1 }),
        withdrawal("claimed"),
        withdrawal("another type", { type: "REDEMPTION" }),
      ],
    });
    await insertClaims(db, other.id, [{ source: "bank_transaction", outsideId: "claimed" }]);
    expect(await lookup(one)).toEqual({ found: ["fits", "no address", "later"], rivals: 0 });
  });

  test("may be from its first sending on, however often it was sent since", async () => {
    const one = await ordered(NOW_MS - 20 * 60_000);
    const { id } = await openAttempt(db, one, "withdraw", randomUUID(), "numbered", NOW_MS);
    await closeAttempt(db, id, unknown);
    await read(db, { transactions: [withdrawal("listed late", { createdAtMs: NOW_MS - 20 * 60_000 })] });
    expect(await lookup(one)).toMatchObject({ found: ["listed late"] });
  });

  test("may be another leg's as well: each open order of the amount is a rival, once", async () => {
    const [one, rival] = [await ordered(), await ordered()];
    await openAttempt(db, rival, "withdraw", randomUUID(), "numbered", NOW_MS);
    await ordered();
    expect(await lookup(one)).toMatchObject({ rivals: 2 });
  });

  test("is taken in turn by the legs that it could be of, the order that was sent first before all others", async () => {
    const legs = [await ordered(NOW_MS), await ordered(NOW_MS - 1), await ordered(NOW_MS)];
    const [, first] = legs;
    if (first) await openAttempt(db, first, "withdraw", randomUUID(), "numbered", NOW_MS + 1);
    expect(await Promise.all(legs.map(async (one) => (await factsOf(one)).turn))).toEqual([1, 0, 2]);
  });

  test("is no rival's any more once that one's order is accepted, though an earlier sending stayed unanswered", async () => {
    const [one, rival] = [await ordered(), await ordered()];
    const { id } = await openAttempt(db, rival, "withdraw", randomUUID(), "numbered", NOW_MS);
    await closeAttempt(db, id, { ...unknown, outcome: "done", outsideId: "w-rival" });
    expect(await lookup(one)).toMatchObject({ rivals: 0 });
  });

  test("is not asked for a call to the chain, which is repeated by its bytes", async () => {
    const one = await custodyLeg("bridged");
    await openAttempt(db, one, "createEscrow", randomUUID(), "once", NOW_MS);
    await read(db, { transactions: [withdrawal("w")] });
    expect(await lookup(one)).toEqual({ found: [], rivals: 0 });
  });
});
