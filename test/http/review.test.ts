import { and, eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import type { AnyState, LegKind } from "../../reactor/payments/leg.ts";
import { HOUR_MS, MINUTE_MS } from "../../reactor/payments/table.ts";
import { closeAttempt, openAttempt } from "../../reactor/store/attempts.ts";
import { openBreak } from "../../reactor/store/breaks.ts";
import {
  attempt,
  bankReading,
  bankRefund,
  bankTransaction,
  claim,
  leg,
  transfer,
} from "../../reactor/store/schema/index.ts";
import { postMovement, reserve } from "../../reactor/store/transfers.ts";
import { carriedIn } from "../payments/knownFacts.ts";
import { createChainView, ESCROW, FACTS_CONTEXT, log, setIndexedHead, show, TOKEN } from "../store/chainView.ts";
import { readLeg } from "../store/freshStore.ts";
import { openApi } from "./openApi.ts";

const api = await openApi();
afterAll(() => api.close());
const { db, pool } = api;
const ana = await api.person("Ana", ["read", "operate", "approve"]);
const beto = await api.person("Beto", ["approve"]);
await createChainView(pool);
await setIndexedHead(pool, 200, Math.floor(Date.now() / 1_000));

const AMOUNT_BASE_UNITS = 15_000_000_000n;
const problem = (name: string) => ({ body: { type: `/problems/${name}` } });
const planned = z.object({ hash: z.string(), plan: z.object({ persons: z.literal(2) }).loose() });

/** A payment whose leg of a kind is in review, with what it carried. */
async function inReview(kind: LegKind, from: string, carried: Record<string, string> = {}) {
  const { id } = await api.create();
  const [row] = await db
    .update(leg)
    .set({
      state: "review",
      reviewFrom: from as AnyState,
      carried: { ...carriedIn(kind, from), ...carried },
      version: 5,
    })
    .where(and(eq(leg.paymentId, id), eq(leg.kind, kind)))
    .returning();
  if (row === undefined) throw new Error("No leg.");
  const path = `/api/payments/${id}/review`;
  const ask = (outcome: string, evidence: object = {}, headers = {}) =>
    ana.post(path, { leg_id: row.id, outcome, reason: "ya se revisó", evidence }, headers);
  return { id, legId: row.id, ask, now: () => readLeg(db, id, kind) };
}
const confirm = (answer: { body: unknown }) => beto.post(`/api/plans/${planned.parse(answer.body).hash}/confirm`, {});

/** A redemption as the bank lists it; each is another one. */
let banked = 0;
async function bankLists(
  type: "REDEMPTION" | "CRYPTO_DEPOSIT" | "ISSUANCE",
  change: Partial<typeof bankTransaction.$inferInsert> = {},
) {
  banked++;
  const id = `bank-${banked}`;
  const moment = Date.now();
  await db.insert(bankTransaction).values({
    id,
    type,
    status: "COMPLETE",
    amountBaseUnits: AMOUNT_BASE_UNITS,
    refunded: false,
    createdAtMs: moment,
    updatedAtMs: moment,
    ...change,
  });
  return id;
}

async function sent(id: number, kind: LegKind, action: "redeem" | "withdraw", sentAtMs: number) {
  const one = await readLeg(db, id, kind);
  const opened = await openAttempt(db, one, action, "11111111-1111-4111-8111-111111111111", "numbered", sentAtMs);
  await closeAttempt(db, opened.id, { outcome: "unknown", outsideId: null, when: null, reason: null, evidence: null });
  await reserve(db, one, opened.id, { from: "juno", to: "beneficiary" });
  return opened.id;
}

test("one person gives back a leg by which no money leaves; who, why and what stand in its history", async () => {
  const one = await inReview("deposit", "seen");
  expect(await one.ask("resume")).toMatchObject({
    status: 200,
    body: { done: true, hash: null, plan: { persons: 1, resulting_state: "seen", calls: [], ledger: [] } },
  });
  expect(await one.now()).toMatchObject({ state: "seen", reviewFrom: null, version: 6, generation: 0 });
  const { rows } = await pool.query("select type, actor, es from kustodia.event where payment_id = $1 order by id", [
    one.id,
  ]);
  expect(rows.at(-1)).toMatchObject({
    type: "accion_de_operador",
    actor: "Ana",
    es: expect.stringContaining("ya se revisó"),
  });
});

test("what the bank gave back after issuing it does not go on as it was: two persons read that the company pays for it", async () => {
  const one = await inReview("deposit", "issued", { issuanceId: "given-back" });
  const stands = await inReview("deposit", "issued", { issuanceId: "stands" });
  for (const id of ["given-back", "stands"]) await bankLists("ISSUANCE", { id, refunded: id === "given-back" });
  expect(await one.ask("resume")).toMatchObject({ status: 409, ...problem("deposit_given_back") });
  expect(await stands.ask("covered")).toMatchObject({ status: 409, ...problem("deposit_not_given_back") });
  expect(await stands.ask("resume")).toMatchObject({ status: 200, body: { done: true } });

  const asked = await one.ask("covered");
  const ledger = [{ from: "company", to: "returns", amount: "15000.00", state: "posted" }];
  expect(asked).toMatchObject({
    status: 202,
    body: { plan: { resulting_state: "covered", calls: [], ledger, details: { issuance_id: "given-back" } } },
  });
  expect((await confirm(asked)).status).toBe(200);
  expect(await one.now()).toMatchObject({ state: "covered", reviewFrom: null });
});

test("where the state sends money two persons stand for it, and read the call and the line of the books first", async () => {
  const one = await inReview("payout", "redeeming");
  const asked = await one.ask("resume");
  expect(asked).toMatchObject({
    status: 202,
    body: {
      done: false,
      plan: {
        persons: 2,
        resulting_state: "redeeming",
        leg: { id: one.legId, version: 5, state: "review" },
        calls: [{ to: "bank", action: "redeem", body: { amount: "15000.00", clabe: "••••9411" } }],
        ledger: [{ from: "juno", to: "beneficiary", amount: "15000.00", state: "pending" }],
      },
    },
  });
  expect(await one.now()).toMatchObject({ state: "review", version: 5 });
  expect((await confirm(asked)).status).toBe(200);
  expect(await one.now()).toMatchObject({ state: "redeeming", version: 6, generation: 0 });
});

test("a plan whose leg has moved on is refused", async () => {
  const one = await inReview("payout", "redeeming");
  const asked = await one.ask("resume");
  await pool.query("update kustodia.leg set version = version + 1 where id = $1", [one.legId]);
  expect(await confirm(asked)).toMatchObject({ status: 409, ...problem("plan_changed") });
  expect(await one.now()).toMatchObject({ state: "review", version: 6 });
});

test("an open break stands in the plan: one that opens or heals meanwhile makes it another", async () => {
  const one = await inReview("custody", "releasing");
  const asked = await one.ask("resume");
  const fact = {
    account: FIRST_ACCOUNT,
    kind: "vanished_fact",
    source: "token_transfer",
    outsideId: "x",
    consumed: {},
    seen: {},
  } as const;
  const number = await openBreak(db, { ...fact, paymentId: one.id, legId: one.legId });
  expect(await confirm(asked)).toMatchObject({ status: 409, ...problem("plan_changed") });
  const again = await one.ask("resume");
  expect(again).toMatchObject({ body: { plan: { details: { open_breaks: String(number) } } } });
  expect((await confirm(again)).status).toBe(200);
});

test("what is not an exit, not in review, or not this payment's is refused", async () => {
  const one = await inReview("custody", "waiting");
  expect(await one.ask("deposit_issued")).toMatchObject({ status: 409, ...problem("no_such_exit") });
  await one.ask("resume");
  expect(await one.ask("resume")).toMatchObject({ status: 409, ...problem("not_in_review") });
  const other = await inReview("deposit", "seen");
  const wrong = { leg_id: one.legId, outcome: "resume", reason: "x" };
  expect(await ana.post(`/api/payments/${other.id}/review`, wrong)).toMatchObject({ status: 404 });
});

test("If-Match refuses who has read the payment before it changed", async () => {
  const one = await inReview("deposit", "seen");
  const etag = (await ana.get(`/api/payments/${one.id}`)).headers.get("etag") ?? "";
  expect(etag).toBe('"5.0.0"');
  await pool.query("update kustodia.leg set version = 9 where id = $1", [one.legId]);
  expect(await one.ask("resume", {}, { "if-match": etag })).toMatchObject({
    status: 412,
    ...problem("changed_meanwhile"),
  });
  expect((await one.ask("resume", {}, { "if-match": '"9.0.0"' })).status).toBe(200);
});

test("a payout that a ceiling holds is let past it by two, who read that they do; no ceiling is lifted by another exit", async () => {
  const one = await inReview("payout", "redeeming");
  const asked = await one.ask("resume");
  expect(asked).toMatchObject({ status: 202, body: { plan: { persons: 2, details: { past_ceilings: "true" } } } });
  const rulings = async () =>
    (await pool.query("select kind, actor from kustodia.ruling where leg_id = $1", [one.legId])).rows;
  expect(await rulings()).toEqual([]);
  expect((await confirm(asked)).status).toBe(200);
  expect(await rulings()).toEqual([{ kind: "over_ceiling", actor: "Ana, Beto" }]);

  const other = await inReview("custody", "withdrawing");
  const resumed = await other.ask("resume");
  expect(planned.parse(resumed.body).plan.details).not.toHaveProperty("past_ceilings");
  await confirm(resumed);
  expect((await pool.query("select from kustodia.ruling where leg_id = $1", [other.legId])).rowCount).toBe(0);
});

describe("a redemption", () => {
  test("whose outcome is unknown is not ordered anew, by however many", async () => {
    const one = await inReview("payout", "redeeming");
    await sent(one.id, "payout", "redeem", Date.now() - 3 * HOUR_MS);
    expect(await one.ask("retry")).toMatchObject({
      status: 409,
      body: { type: "/problems/not_proven_absent", detail: expect.stringContaining("late_readings") },
    });
    expect(await one.now()).toMatchObject({ state: "review", generation: 0 });
  });

  test("that two late readings of the bank lack is ordered anew by two, under a new key; the old one is closed", async () => {
    const one = await inReview("payout", "redeeming");
    const attemptId = await sent(one.id, "payout", "redeem", Date.now() - 3 * HOUR_MS);
    const sinceMs = Date.now() - 8 * 24 * HOUR_MS;
    for (const ago of [30 * MINUTE_MS, 5 * MINUTE_MS]) {
      await db.insert(bankReading).values({ startedAtMs: Date.now() - ago, sinceMs, changed: 0 });
    }
    const asked = await one.ask("retry");
    expect(asked).toMatchObject({
      status: 202,
      body: { plan: { details: { not_happened: "absent", generation: "1" } } },
    });
    // It turns up after all, between the two: then nobody orders anew.
    const late = await bankLists("REDEMPTION", { createdAtMs: Date.now() - 3 * HOUR_MS, bankAccountId: "account-1" });
    expect(await confirm(asked)).toMatchObject({ status: 409, ...problem("not_proven_absent") });
    await db.delete(bankTransaction).where(eq(bankTransaction.id, late));
    expect((await confirm(asked)).status).toBe(200);
    expect(await one.now()).toMatchObject({ state: "redeeming", generation: 1 });
    expect(await db.select().from(attempt).where(eq(attempt.id, attemptId))).toMatchObject([
      { outcome: "refused", when: "never", reason: "ruled_absent" },
    ]);
    expect(await db.select().from(transfer).where(eq(transfer.legId, one.legId))).toMatchObject([{ state: "voided" }]);
    await pool.query("delete from kustodia.bank_reading");
  });

  test("that a person finds at the bank is this leg's, by two, and is used up", async () => {
    const one = await inReview("payout", "redeeming");
    const attemptId = await sent(one.id, "payout", "redeem", Date.now() - HOUR_MS);
    const id = await bankLists("REDEMPTION", { status: "IN_PROGRESS", bankAccountId: "account-1" });
    const asked = await one.ask("accepted", { bank_transaction: id });
    expect((await confirm(asked)).status).toBe(200);
    expect(await one.now()).toMatchObject({
      state: "paying",
      carried: { redemptionId: id, bankAccountId: "account-1" },
    });
    expect(await db.select().from(attempt).where(eq(attempt.id, attemptId))).toMatchObject([
      { outcome: "done", outsideId: id },
    ]);
    expect(await db.select().from(claim).where(eq(claim.outsideId, id))).toMatchObject([{ legId: one.legId }]);
    const other = await inReview("payout", "redeeming");
    expect(await other.ask("accepted", { bank_transaction: id })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("(claimed)"), pointer: "/evidence/bank_transaction" },
    });
  });

  test.each<[string, Partial<typeof bankTransaction.$inferInsert>, string]>([
    ["of another amount", { amountBaseUnits: AMOUNT_BASE_UNITS + 10_000n }, "other_amount"],
    ["of another type", { type: "CRYPTO_WITHDRAWAL" }, "other_type"],
    ["that failed", { status: "FAILED" }, "other_status"],
    ["to another account", { bankAccountId: "account-9" }, "other_destination"],
  ])("%s is not this leg's", async (_which, change, wrong) => {
    const one = await inReview("payout", "redeeming");
    const id = await bankLists("REDEMPTION", change);
    expect(await one.ask("accepted", { bank_transaction: id })).toMatchObject({
      status: 409,
      body: { type: "/problems/evidence_does_not_fit", detail: expect.stringContaining(`(${wrong})`) },
    });
  });

  test("that is older than the order is not this leg's, nor is one that nobody lists; and one must be named", async () => {
    const one = await inReview("payout", "redeeming");
    await sent(one.id, "payout", "redeem", Date.now());
    const id = await bankLists("REDEMPTION", { createdAtMs: Date.now() - HOUR_MS });
    expect(await one.ask("accepted", { bank_transaction: id })).toMatchObject({
      body: { detail: expect.stringContaining("(before_the_order)") },
    });
    expect(await one.ask("accepted", { bank_transaction: "no-such" })).toMatchObject({
      body: { detail: expect.stringContaining("(unknown)") },
    });
    expect(await one.ask("accepted")).toMatchObject({ status: 409, ...problem("evidence_missing") });
  });

  test("that failed and was refunded is ordered anew by two, and not before the bank says both", async () => {
    const failedId = await bankLists("REDEMPTION", { status: "IN_PROGRESS" });
    const one = await inReview("payout", "failed", { redemptionId: failedId });
    await db.insert(bankRefund).values({
      id: `refund-of-${failedId}`,
      refundOf: null,
      amountBaseUnits: AMOUNT_BASE_UNITS,
      createdAtMs: Date.now(),
    });
    const refund = `refund-of-${failedId}`;
    expect(await one.ask("retry", { refund })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("(not_failed)") },
    });
    await db.update(bankTransaction).set({ status: "FAILED" }).where(eq(bankTransaction.id, failedId));
    expect((await confirm(await one.ask("retry", { refund }))).status).toBe(200);
    expect(await one.now()).toMatchObject({ state: "ready", generation: 1, carried: { bankAccountId: "account-1" } });
    expect(await db.select().from(claim).where(eq(claim.outsideId, refund))).toMatchObject([{ legId: one.legId }]);
  });
});

describe("an escrow that was released by hand", () => {
  const { bridge } = FACTS_CONTEXT;
  const released = (txHash: string, amountBaseUnits: bigint) =>
    show(pool, log("Transfer", txHash, { contract: TOKEN, from: ESCROW, to: bridge, amountBaseUnits }));
  const keyOf = (txHash: string) => `31337:${TOKEN}:${txHash}:Transfer:1`;

  test("goes on by two who show the Transfer, and the books say what nobody had reserved", async () => {
    const one = await inReview("custody", "releasing");
    await released("0xhand", AMOUNT_BASE_UNITS);
    const asked = await one.ask("released", { token_transfer: keyOf("0xhand") });
    expect(asked).toMatchObject({
      body: { plan: { resulting_state: "returning", calls: [{ to: "chain", action: "returnToJuno" }] } },
    });
    expect((await confirm(asked)).status).toBe(200);
    expect(await one.now()).toMatchObject({ state: "returning", carried: { ruling: "seller" } });
    const { rows } = await pool.query("select tx_hash from kustodia.watched_fact where leg_id = $1", [one.legId]);
    expect(rows).toEqual([{ tx_hash: "0xhand" }]);
    expect(await db.select().from(transfer).where(eq(transfer.legId, one.legId))).toMatchObject([
      { from: "escrow", to: "bridge", state: "posted" },
    ]);
  });

  test("does not go on by a Transfer of another amount, or one that is not deep enough", async () => {
    const one = await inReview("custody", "releasing");
    await released("0xnear", AMOUNT_BASE_UNITS - 1n);
    expect(await one.ask("released", { token_transfer: keyOf("0xnear") })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("(other_amount)") },
    });
    const fresh = log("Transfer", "0xfresh", {
      contract: TOKEN,
      from: ESCROW,
      to: bridge,
      amountBaseUnits: AMOUNT_BASE_UNITS,
    });
    await show(pool, { ...fresh, blockNumber: 198 });
    expect(await one.ask("released", { token_transfer: keyOf("0xfresh") })).toMatchObject({
      body: { detail: expect.stringContaining("(unknown)") },
    });
  });

  test("whose movement was reserved has it posted once", async () => {
    const one = await inReview("custody", "releasing");
    await reserve(db, await one.now(), null, { from: "escrow", to: "bridge" });
    await postMovement(db, await one.now(), { from: "bridge", to: "escrow" });
    await released("0xours", AMOUNT_BASE_UNITS);
    await confirm(await one.ask("released", { token_transfer: keyOf("0xours") }));
    const rows = await db
      .select()
      .from(transfer)
      .where(and(eq(transfer.legId, one.legId), eq(transfer.from, "escrow")));
    expect(rows).toMatchObject([{ state: "posted" }]);
  });
});

test("the legs of a payment show their orders, the evidence they used, and their exits", async () => {
  const one = await inReview("payout", "redeeming");
  await sent(one.id, "payout", "redeem", Date.now());
  const { body } = await ana.get(`/api/payments/${one.id}/legs`);
  const { legs } = z.object({ legs: z.array(z.object({ kind: z.string() }).loose()) }).parse(body);
  expect(legs.find(({ kind }) => kind === "payout")).toMatchObject({
    id: one.legId,
    version: 5,
    state: "review",
    review_from: "redeeming",
    attempts: [{ action: "redeem", outcome: "unknown", generation: 0 }],
    exits: [
      { outcome: "resume", persons: 2, evidence: [] },
      { outcome: "retry", generation: "next", persons: 2, evidence: ["definite_no"] },
      { outcome: "accepted", to: "paying", persons: 2, evidence: ["bank_transaction"] },
    ],
  });
  expect(legs.find(({ kind }) => kind === "deposit")).toMatchObject({ exits: [] });
});
