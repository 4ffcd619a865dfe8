import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { movementOf } from "../../reactor/books/places.ts";
import { hashRequest } from "../../reactor/http/hashRequest.ts";
import type { Leg } from "../../reactor/payments/leg.ts";
import { toPesos } from "../../reactor/payments/money.ts";
import { orderKey } from "../../reactor/payments/orderKey.ts";
import { DAY_MS, type SendAction } from "../../reactor/payments/table.ts";
import { appendEvents } from "../../reactor/store/appendEvent.ts";
import { closeAttempt, openAttempt } from "../../reactor/store/attempts.ts";
import { insertClaims } from "../../reactor/store/claims.ts";
import { createPayment, type PaymentDraft, type Refused } from "../../reactor/store/createPayment.ts";
import type { Database, Queryable } from "../../reactor/store/database.ts";
import { toLeg } from "../../reactor/store/legRow.ts";
import { findRepeat } from "../../reactor/store/repeats.ts";
import { chainTransaction, leg, payment, ruling } from "../../reactor/store/schema/index.ts";
import { postMovement, reserve } from "../../reactor/store/transfers.ts";
import type { ExportedPayment } from "./exportedPayment.ts";
import { callsOf, type Proven } from "./proveStates.ts";
import type { Evidence } from "./readEvidence.ts";

export type Stored =
  | Readonly<{ kind: "stored" | "stored_before" }>
  | Readonly<{ kind: "refused"; why: Refused["why"] }>;

type Importing = Readonly<{ lane: string; account: string; installationId: string; evidence: Evidence; nowMs: number }>;

const ACTOR = "importación";
/** A payment that still waits for its deposit waits as long as a new one. */
const DEPOSIT_WITHIN_MS = 7 * DAY_MS;

/**
 * Stores a payment as if its orders had been ours: each with its answer, its claim and its place in the books. Its legs begin at
 * the beginning, and the machine walks them by that evidence to where bank and chain show it, without ordering anything that was
 * ordered. One transaction: all of it is stored, or nothing.
 * @returns why it is not stored; null when it is, now or before.
 */
export async function storeImported(
  db: Database,
  proven: Proven,
  importing: Importing,
): Promise<Refused["why"] | null> {
  return db.transaction(async (tx) => {
    const created = await createPayment(tx, draftOf(proven, importing), NO_LIMITS);
    if (created.kind !== "created") return created.kind === "refused" ? created.why : null;
    const { id, created_at } = proven.payment;
    await tx
      .update(payment)
      .set({ createdAtMs: created_at, chainReference: proven.escrow?.conditions ?? null })
      .where(eq(payment.id, id));
    const legs = (await tx.select().from(leg).where(eq(leg.paymentId, id)).orderBy(leg.id)).map(toLeg);
    await storeDeposit(tx, proven, legs);
    await storeCustody(tx, proven, legs, importing);
    await storePayouts(tx, proven, legs, importing);
    await tx.update(leg).set({ dueAtMs: sql`now()` }).where(eq(leg.paymentId, id));
    const data = { amount: toPesos(proven.payment.amount), status: proven.payment.status, stage: proven.stage };
    await appendEvents(tx, [{ paymentId: id, legId: null, type: "pago_importado", data, actor: ACTOR }]);
    return null;
  });
}

/** Whether just this row came in before. */
export async function isImported(db: Queryable, row: ExportedPayment): Promise<boolean> {
  return (await findRepeat(db, { ...namesOf(row), answerKey: null }))?.kind === "repeated";
}

/** By what a row is known when it comes again. */
const namesOf = (row: ExportedPayment) => ({
  externalId: `importado-${row.id}`,
  requestHash: hashRequest([Object.entries(row).map(([name, value]) => [name, String(value)])]),
});

const NO_LIMITS = { operationCentavos: null, dayCentavos: null };

function draftOf({ payment: row, parts }: Proven, { lane, account: ownAccount, nowMs }: Importing): PaymentDraft {
  const account = { legalName: row.recipient_name, clabe: row.payout_clabe };
  return {
    id: row.id,
    lane,
    account: ownAccount,
    ...namesOf(row),
    customerId: row.customer_id,
    payerName: row.payer_name,
    refundClabe: row.payer_clabe ?? null,
    payerEmail: null,
    recipientEmail: null,
    parts: parts.map(({ payee, source, amountCentavos }) => ({ payee, source, amountCentavos, account })),
    depositClabe: row.deposit_clabe,
    amountCentavos: row.amount,
    custodyEndMs: row.custody_end,
    releaseBy: "operator",
    expiresAtMs: nowMs + DEPOSIT_WITHIN_MS,
    nowMs,
    description: row.description ?? null,
    conditions: null,
    allowSameAmount: true,
    actor: ACTOR,
    salt: randomBytes(32).toString("hex"),
    answerKey: null,
  };
}

async function storeDeposit(tx: Queryable, { issuance, stage }: Proven, legs: readonly Leg[]): Promise<void> {
  const deposit = theLeg(legs, "deposit");
  if (issuance !== null) await insertClaims(tx, deposit.id, [{ source: "issuance", outsideId: issuance.id }]);
  if (stage === "cancelled") await rule(tx, deposit, "cancel");
}

async function storeCustody(tx: Queryable, proven: Proven, legs: readonly Leg[], importing: Importing): Promise<void> {
  const custody = legs.find(({ kind }) => kind === "custody");
  if (custody === undefined) return;
  const { withdrawal, escrow } = proven;
  if (withdrawal !== null) await storeOrder(tx, custody, "withdraw", withdrawal, importing);
  const { calls, places } = importing.evidence;
  for (const { action, generation, hash } of callsOf(proven)) {
    const call = calls.get(hash);
    if (call === undefined) throw new Error(`Of transaction ${hash} nothing was read.`);
    const { to, nonce, data, gas, maxFeePerGas, maxPriorityFeePerGas, blockNumber } = call;
    await tx.insert(chainTransaction).values({
      ...{ legId: custody.id, action, generation, signer: places.bridge, nonce, to, data, gas },
      ...{ maxFeePerGas, maxPriorityFeePerGas, raw: null, hash, state: "mined", includedInBlock: blockNumber },
    });
    const way = movementOf(action, custody);
    // The call that created an escrow of two steps moved nothing.
    const moves = action !== "createEscrow" || isOneStep(proven);
    if (way !== null && moves) await postMovement(tx, custody, way);
  }
  if (escrow === null) return;
  if (escrow.isDisputed || escrow.ruledFor !== null) await rule(tx, custody, "dispute");
  if (escrow.ruledFor !== null) await rule(tx, custody, escrow.ruledFor);
  const isEarly = escrow.out !== null && escrow.ruledFor !== "buyer" && proven.payment.custody_end > importing.nowMs;
  if (isEarly) await rule(tx, custody, "release");
}

const isOneStep = ({ escrow }: Proven) =>
  escrow?.isFunded === true && !escrow.calls.some(({ action }) => action === "fundEscrow");

async function storePayouts(tx: Queryable, proven: Proven, legs: readonly Leg[], importing: Importing): Promise<void> {
  const payouts = legs.filter(({ kind }) => kind === "payout");
  for (const [index, { redemption }] of proven.parts.entries()) {
    const payout = payouts[index];
    if (payout === undefined || redemption === null) continue;
    const payee = proven.escrow?.ruledFor === "buyer" ? "buyer" : payout.payee;
    await storeOrder(tx, { ...payout, payee }, "redeem", redemption, importing);
  }
}

/** An order to the bank that somebody gave and the bank answered: accepted under this id, its money moved or on its way. */
async function storeOrder(
  tx: Queryable,
  one: Leg,
  action: "withdraw" | "redeem",
  order: Readonly<{ id: string; status: string; createdAtMs: number }>,
  { installationId }: Importing,
): Promise<void> {
  const key = orderKey({ installationId, paymentId: one.paymentId, legId: one.id, action, generation: one.generation });
  const { id: attemptId } = await openAttempt(tx, one, action, key, "numbered", order.createdAtMs);
  const evidence = { imported: true };
  await closeAttempt(tx, attemptId, { outcome: "done", outsideId: order.id, when: null, reason: null, evidence });
  await insertClaims(tx, one.id, [{ source: "bank_transaction", outsideId: order.id }]);
  const way = movementOf(action satisfies SendAction, one);
  if (way === null) return;
  if (order.status === "COMPLETE") await postMovement(tx, one, way);
  else await reserve(tx, one, attemptId, way);
}

/** What persons decided of a payment elsewhere, for its leg to carry out as it comes to it. */
async function rule(tx: Queryable, { id: legId }: Leg, kind: (typeof ruling.$inferInsert)["kind"]): Promise<void> {
  await tx.insert(ruling).values({ legId, kind, actor: ACTOR, reason: "así lo muestra la cadena" });
}

function theLeg(legs: readonly Leg[], kind: Leg["kind"]): Leg {
  const found = legs.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`A payment has no ${kind} leg.`);
  return found;
}
