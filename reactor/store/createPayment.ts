import { and, eq, inArray, or, sql } from "drizzle-orm";
import { deadlineOf } from "../payments/apply.ts";
import { maskClabe } from "../payments/clabe.ts";
import type { AnyState, LegKind, StateOf } from "../payments/leg.ts";
import { toPesos } from "../payments/money.ts";
import type { Payee, PayoutSource } from "../payments/payee.ts";
import type { ReleaseBy } from "../payments/releaseBy.ts";
import { statusOf } from "../payments/status.ts";
import { momentInMexico } from "../payments/words.ts";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import { type BankLimits, DAY_LOCK, findBankLimit } from "./bankLimits.ts";
import { adoptClabe, findClabeOwner, findDepositClabe, findDepositPlace } from "./customers.ts";
import type { Database, Queryable } from "./database.ts";
import { chooseLane } from "./lanes.ts";
import type { BankAccount } from "./payoutAccounts.ts";
import { findRepeat, type Repeat, saveRepeat } from "./repeats.ts";
import { leg, party, payment, payoutAccount } from "./schema/index.ts";
import { LOCKS } from "./withLock.ts";

/** One payout as it was agreed: a part of the deposit, out of custody or paid on at once. */
export type Part = Readonly<{
  payee: Exclude<Payee, "buyer">;
  source: PayoutSource;
  amountCentavos: bigint;
  account: BankAccount;
}>;

export type PaymentDraft = Readonly<{
  /** Only for imports: a number that the payment has elsewhere. */
  id: number | null;
  /** Only for imports: the lane by which it goes already; null: the open one with the fewest payments. */
  lane: string | null;
  /** Of which bank account of ours the CLABE is, if its customer is new: a known one's is known. */
  account: string;
  externalId: string | null;
  customerId: string;
  payerName: string;
  refundClabe: string | null;
  payerEmail: string | null;
  recipientEmail: string | null;
  /** Whose sum is the amount; the first is the seller's. */
  parts: readonly Part[];
  depositClabe: string;
  amountCentavos: bigint;
  custodyEndMs: number;
  releaseBy: ReleaseBy;
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
      why:
        | "same_amount_pending"
        | "clabe_of_another_customer"
        | "customer_has_another_clabe"
        | "id_taken"
        | "over_bank_operation"
        | "over_bank_day"
        | "no_open_lane";
      /** The payment that stands in the way, if one does. */
      paymentId: number | null;
    }>;

/**
 * Creates a payment with its legs, parties and first event, and its customer if new; or creates nothing and says why. Requests
 * about the same customer, CLABE or key pass one after the other, so two equal ones cannot both find the place free.
 */
export async function createPayment(
  db: Pick<Database, "transaction">,
  draft: PaymentDraft,
  limits: BankLimits,
): Promise<Creation> {
  return db.transaction(async (tx) => {
    await lockOut(tx, draft, limits);
    const obstacle =
      (await findRepeat(tx, draft)) ??
      (await findForeignClabe(tx, draft)) ??
      (await findSameAmount(tx, draft)) ??
      (await findTakenId(tx, draft));
    if (obstacle !== null) return obstacle;
    const account = (await findDepositPlace(tx, draft.customerId))?.account ?? draft.account;
    const overLimit = await findBankLimit(tx, { account, amountCentavos: draft.amountCentavos }, limits);
    if (overLimit !== null) return { kind: "refused", why: overLimit, paymentId: null };
    const lane = draft.lane ?? (await chooseLane(tx, account));
    if (lane === null) return { kind: "refused", why: "no_open_lane", paymentId: null };
    return { kind: "created", ...(await insertPayment(tx, draft, lane)) };
  });
}

async function lockOut(
  tx: Queryable,
  { id, customerId, depositClabe, externalId, answerKey }: PaymentDraft,
  limits: BankLimits,
): Promise<void> {
  const numbering = id === null ? sql`pg_advisory_xact_lock_shared` : sql`pg_advisory_xact_lock`;
  await tx.execute(sql`select ${numbering}(${LOCKS.numbering})`);
  // In one order for everybody: two requests that share two names cannot each hold one and wait for the other.
  const names = [
    `customer:${customerId}`,
    `clabe:${depositClabe}`,
    ...(externalId === null ? [] : [`external_id:${externalId}`]),
    ...(answerKey === null ? [] : [answerKey]),
    ...(limits.dayCentavos === null ? [] : [DAY_LOCK]),
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

async function insertPayment(tx: Queryable, draft: PaymentDraft, lane: string) {
  const { id, customerId, account, depositClabe, amountCentavos, custodyEndMs, expiresAtMs } = draft;
  await adoptClabe(tx, customerId, { depositClabe, account });
  const legs = legsOf(draft);
  const [row] = await tx
    .insert(payment)
    .values({
      ...(id !== null && { id }),
      externalId: draft.externalId,
      lane,
      customerId,
      amountCentavos,
      depositClabe,
      description: draft.description,
      conditions: draft.conditions,
      custodyEndMs,
      expiresAtMs,
      releaseBy: draft.releaseBy,
      status: statusOf(legs),
    })
    .returning({ id: payment.id });
  if (row === undefined) throw new Error("The payment was not stored.");
  const paymentId = row.id;
  if (id !== null) await setNumberingForward(tx);
  await insertParties(tx, paymentId, draft);
  const stored = await tx
    .insert(leg)
    .values(legs.map(({ part: _part, ...one }) => ({ ...one, paymentId, lane })))
    .returning({ id: leg.id });
  await insertAccounts(
    tx,
    draft,
    stored.map(({ id: legId }, index) => ({ legId, part: legs[index]?.part ?? null })),
  );
  const data = {
    amount: toPesos(amountCentavos),
    clabe: maskClabe(depositClabe),
    custody_end: momentInMexico(custodyEndMs),
  };
  const events = await appendEvents(tx, [{ paymentId, legId: null, type: "pago_creado", data, actor: draft.actor }]);
  await saveRepeat(tx, draft, paymentId);
  return { paymentId, events };
}

async function insertParties(tx: Queryable, paymentId: number, draft: PaymentDraft): Promise<void> {
  const { payerName, payerEmail, recipientEmail, salt } = draft;
  await tx.insert(party).values({ paymentId, payerName, payerEmail, recipientEmail, salt });
}

type Stored = Readonly<{ legId: number; part: Part | null }>;

/** To whom each payout is paid; and of what is in custody, to whom it is given back if a dispute says so. */
async function insertAccounts(tx: Queryable, draft: PaymentDraft, legs: readonly Stored[]): Promise<void> {
  const { payerName, refundClabe, actor: givenBy } = draft;
  const given = { version: 1, givenBy, reason: "al crear el pago" };
  const accounts = legs.flatMap(({ legId, part }) => {
    if (part === null) return [];
    const agreed = { ...given, ...part.account, legId, payee: part.payee };
    if (refundClabe === null || part.source !== "custody") return [agreed];
    return [agreed, { ...given, legId, payee: "buyer" as const, legalName: payerName, clabe: refundClabe }];
  });
  await tx.insert(payoutAccount).values(accounts);
}

/**
 * The legs as they begin: the deposit, the custody of what is held, and a payout for each part. Only the deposit has a
 * deadline, and is looked at when it comes; the others are woken.
 */
function legsOf({ amountCentavos, custodyEndMs, expiresAtMs, nowMs, parts }: PaymentDraft) {
  const terms = { amountCentavos, custodyEndMs, expiresAtMs, held: false };
  const begin = <K extends LegKind>(kind: K, state: StateOf<K>, centavos: bigint, part: Part | null) => {
    const deadlineAtMs = deadlineOf(kind, state, terms, nowMs);
    const { source, payee } = part ?? { source: null, payee: null };
    const beginning = { kind, state: state as AnyState, amountCentavos: centavos, source, payee };
    return { ...beginning, enteredAtMs: nowMs, deadlineAtMs, dueAtMs: deadlineAtMs, part };
  };
  const sumOf = (some: readonly Part[]) => some.reduce((sum, part) => sum + part.amountCentavos, 0n);
  if (sumOf(parts) !== amountCentavos) throw new Error(`The parts are ${sumOf(parts)} of ${amountCentavos} centavos.`);
  const held = sumOf(parts.filter(({ source }) => source === "custody"));
  return [
    begin("deposit", "awaiting", amountCentavos, null),
    ...(held > 0n ? [begin("custody", "waiting", held, null)] : []),
    ...parts.map((part) => begin("payout", "waiting", part.amountCentavos, part)),
  ];
}

/** The sequence must never give a number that an import has taken. Nobody takes one meanwhile (LOCKS.numbering). */
async function setNumberingForward(tx: Queryable): Promise<void> {
  await tx.execute(sql`
    select setval(pg_get_serial_sequence('kustodia.payment', 'id'), (select max(id) from kustodia.payment))`);
}
