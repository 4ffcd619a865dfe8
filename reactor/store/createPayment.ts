import { and, eq, inArray, or, sql } from "drizzle-orm";
import { deadlineOf } from "../payments/apply.ts";
import { maskClabe } from "../payments/clabe.ts";
import { toPesos } from "../payments/money.ts";
import { statusOf } from "../payments/status.ts";
import { momentInMexico } from "../payments/words.ts";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import { adoptClabe, findClabeOwner, findDepositClabe } from "./customers.ts";
import type { Database, Queryable } from "./database.ts";
import { findRepeat, type Repeat, saveRepeat } from "./repeats.ts";
import { leg, party, payment } from "./schema/index.ts";

export type PaymentDraft = Readonly<{
  /** Only for imports: a number that the payment has elsewhere. */
  id: number | null;
  externalId: string | null;
  customerId: string;
  payerName: string;
  refundClabe: string | null;
  payerEmail: string | null;
  recipientEmail: string | null;
  recipientLegalName: string;
  payoutClabe: string;
  depositClabe: string;
  amountCentavos: bigint;
  custodyEndMs: number;
  expiresAtMs: number;
  nowMs: number;
  description: string | null;
  conditions: string | null;
  allowSameAmount: boolean;
  /** Whose key asked for it. */
  actor: string;
  /** Random, per payment: keys the references of its accounts. */
  salt: string;
  /** Under what a repeat of the request is recognised, beside its external_id, and what the request was. */
  answerKey: string | null;
  requestHash: string;
}>;

export type Refused = Extract<Creation, { kind: "refused" }>;
export type Creation =
  | Readonly<{ kind: "created"; paymentId: number; events: readonly StoredEvent[] }>
  | Repeat
  | Readonly<{
      kind: "refused";
      why: "same_amount_pending" | "clabe_of_another_customer" | "customer_has_another_clabe" | "id_taken";
      /** The payment that stands in the way, if one does. */
      paymentId: number | null;
    }>;

/** Held shared by whoever takes the next number, alone by whoever sets it forward. */
const NUMBERING_LOCK = 7_088;

/**
 * Creates a payment with its legs, parties and first event, and its customer if new; or creates nothing and says why. Requests
 * about the same customer, CLABE or key pass one after the other, so two equal ones cannot both find the place free.
 */
export async function createPayment(db: Database, draft: PaymentDraft): Promise<Creation> {
  return db.transaction(async (tx) => {
    await lockOut(tx, draft);
    const obstacle =
      (await findRepeat(tx, draft)) ??
      (await findForeignClabe(tx, draft)) ??
      (await findSameAmount(tx, draft)) ??
      (await findTakenId(tx, draft));
    return obstacle ?? { kind: "created", ...(await insertPayment(tx, draft)) };
  });
}

async function lockOut(
  tx: Queryable,
  { id, customerId, depositClabe, externalId, answerKey }: PaymentDraft,
): Promise<void> {
  const numbering = id === null ? sql`pg_advisory_xact_lock_shared` : sql`pg_advisory_xact_lock`;
  await tx.execute(sql`select ${numbering}(${NUMBERING_LOCK})`);
  // In one order for everybody: two requests that share two names cannot each hold one and wait for the other.
  const names = [
    `customer:${customerId}`,
    `clabe:${depositClabe}`,
    ...(externalId === null ? [] : [`external_id:${externalId}`]),
    ...(answerKey === null ? [] : [answerKey]),
  ].sort();
  for (const name of names) await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}

async function findForeignClabe(tx: Queryable, draft: PaymentDraft): Promise<Creation | null> {
  const owner = await findClabeOwner(tx, draft.depositClabe);
  if (owner !== null && owner !== draft.customerId) {
    return { kind: "refused", why: "clabe_of_another_customer", paymentId: null };
  }
  const known = await findDepositClabe(tx, draft.customerId);
  if (known === null || known === draft.depositClabe) return null;
  return { kind: "refused", why: "customer_has_another_clabe", paymentId: null };
}

/** A payment that waits for the very deposit that this one would wait for. */
async function findSameAmount(tx: Queryable, draft: PaymentDraft): Promise<Creation | null> {
  if (draft.allowSameAmount) return null;
  const [pending] = await tx
    .select({ paymentId: payment.id })
    .from(payment)
    .innerJoin(leg, and(eq(leg.paymentId, payment.id), eq(leg.kind, "deposit")))
    .where(
      and(
        eq(payment.depositClabe, draft.depositClabe),
        eq(payment.amountCentavos, draft.amountCentavos),
        or(inArray(leg.state, ["awaiting", "seen"]), inArray(leg.reviewFrom, ["awaiting", "seen"])),
      ),
    )
    .limit(1);
  return pending ? { kind: "refused", why: "same_amount_pending", paymentId: pending.paymentId } : null;
}

async function findTakenId(tx: Queryable, { id }: PaymentDraft): Promise<Creation | null> {
  if (id === null) return null;
  const [taken] = await tx.select({ id: payment.id }).from(payment).where(eq(payment.id, id));
  return taken ? { kind: "refused", why: "id_taken", paymentId: id } : null;
}

async function insertPayment(tx: Queryable, draft: PaymentDraft) {
  const { id, customerId, depositClabe, amountCentavos, custodyEndMs, expiresAtMs } = draft;
  await adoptClabe(tx, customerId, depositClabe);
  const legs = legsOf(draft);
  const [row] = await tx
    .insert(payment)
    .values({
      ...(id !== null && { id }),
      externalId: draft.externalId,
      customerId,
      amountCentavos,
      depositClabe,
      description: draft.description,
      conditions: draft.conditions,
      custodyEndMs,
      expiresAtMs,
      status: statusOf(legs),
    })
    .returning({ id: payment.id });
  if (row === undefined) throw new Error("The payment was not stored.");
  const paymentId = row.id;
  if (id !== null) await setNumberingForward(tx);
  const { payerName, recipientLegalName, payoutClabe, refundClabe, payerEmail, recipientEmail, salt } = draft;
  const accounts = { payerName, recipientLegalName, payoutClabe, refundClabe, salt };
  await tx.insert(party).values({ paymentId, ...accounts, payerEmail, recipientEmail });
  await tx.insert(leg).values(legs.map((one) => ({ ...one, paymentId })));
  const data = {
    amount: toPesos(amountCentavos),
    clabe: maskClabe(depositClabe),
    custody_end: momentInMexico(custodyEndMs),
  };
  const events = await appendEvents(tx, [{ paymentId, legId: null, type: "pago_creado", data, actor: draft.actor }]);
  await saveRepeat(tx, draft, paymentId);
  return { paymentId, events };
}

/** The three legs as they begin. Only the deposit has a deadline, and is looked at when it comes; the others are woken. */
function legsOf({ amountCentavos, custodyEndMs, expiresAtMs, nowMs }: PaymentDraft) {
  const terms = { amountCentavos, custodyEndMs, expiresAtMs, held: false };
  const begin = <K extends "deposit" | "custody" | "payout", S extends string>(kind: K, state: S) => {
    const deadlineAtMs = deadlineOf(kind, state, terms, nowMs);
    return { kind, state, amountCentavos, enteredAtMs: nowMs, deadlineAtMs, dueAtMs: deadlineAtMs };
  };
  return [begin("deposit", "awaiting"), begin("custody", "waiting"), begin("payout", "waiting")];
}

/** The sequence must never give a number that an import has taken. Nobody takes one meanwhile (NUMBERING_LOCK). */
async function setNumberingForward(tx: Queryable): Promise<void> {
  await tx.execute(sql`
    select setval(pg_get_serial_sequence('kustodia.payment', 'id'), (select max(id) from kustodia.payment))`);
}
