import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { ClaimSource } from "../../payments/decision.ts";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../payments/lanes.ts";
import { type AnyState, type Carried, type LegKind, type Reason, tables } from "../../payments/leg.ts";
import type { Payee, PayoutSource } from "../../payments/payee.ts";
import type { GivenBy, ReleaseBy, ReleaseParty } from "../../payments/releaseBy.ts";
import { ENDED_STATUSES, type PaymentStatus } from "../../payments/status.ts";
import { kustodia, moment } from "./columns.ts";
import { SEARCHED, searchedWords } from "./searchedWords.ts";

/** Whether a payment has not ended, as its index by lane has it: a query must say it in the same words. */
export const isOpen = (status: AnyPgColumn) =>
  sql`${status} not in (${sql.raw(ENDED_STATUSES.map((name) => `'${name}'`).join(", "))})`;

/** No state of one kind of leg ends it under a name that another kind goes on under. */
const ENDS = Object.values(tables).flatMap((rows) =>
  Object.entries(rows).flatMap(([state, row]) => ("end" in row && row.end ? [state] : [])),
);

/** Whether a leg goes on or waits for a person, as its index has it: a query must say it in the same words. */
export const isGoingOn = (state: AnyPgColumn) =>
  sql`${state} not in (${sql.raw(ENDS.map((name) => `'${name}'`).join(", "))})`;

/** One row: who this database is. Drawn at the first migration, part of every order key. */
export const installation = kustodia.table("installation", {
  id: uuid("id").primaryKey(),
  createdAtMs: moment("created_at").notNull().default(sql`now()`),
});

/**
 * One CLABE belongs to one customer, for ever (juno-api.md 2.4). A customer has one at a time: another only when its bank account
 * takes no new payments any more.
 */
export const customer = kustodia.table("customer", {
  id: text("id").primaryKey(),
  depositClabe: text("deposit_clabe").notNull().unique(),
  /** Of which bank account the CLABE is: each payment of this customer's goes by a lane of it. */
  account: text("account").notNull().default(FIRST_ACCOUNT),
  createdAt: moment("created_at").notNull().default(sql`now()`),
});

/** CLABEs that a customer had in a bank account that takes no new payments any more. Money may still come to them. */
export const formerClabe = kustodia.table("former_clabe", {
  clabe: text("clabe").primaryKey(),
  customerId: text("customer_id")
    .notNull()
    .references(() => customer.id),
  account: text("account").notNull(),
  untilMs: moment("until").notNull().default(sql`clock_timestamp()`),
});

/** CLABEs that the bank has made in an account for customers whom nobody knows yet. */
export const spareClabe = kustodia.table(
  "spare_clabe",
  {
    clabe: text("clabe").primaryKey(),
    account: text("account").notNull(),
    madeAtMs: moment("made_at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [index("spare_clabe_by_account").on(table.account, table.madeAtMs)],
);

export const payment = kustodia.table(
  "payment",
  {
    id: integer("id").primaryKey().generatedByDefaultAsIdentity(),
    externalId: text("external_id").unique(),
    customerId: text("customer_id")
      .notNull()
      .references(() => customer.id),
    amountCentavos: bigint("amount_centavos", { mode: "bigint" }).notNull(),
    depositClabe: text("deposit_clabe").notNull(),
    /** By which lane it goes, for life (lane.ts). No foreign key: making one for each payment would lock the lane's one row. */
    lane: text("lane").notNull().default(FIRST_LANE),
    /** A sale; or money without an owner that is only given back. */
    purpose: text("purpose").$type<"sale" | "return">().notNull().default("sale"),
    description: text("description"),
    conditions: text("conditions"),
    /** What its escrow has on chain as the payment's name, where another program made it; null: our own name for it. */
    chainReference: text("chain_reference"),
    custodyEndMs: moment("custody_end").notNull(),
    expiresAtMs: moment("expires_at").notNull(),
    held: boolean("held").notNull().default(false),
    releaseBy: text("release_by").$type<ReleaseBy>().notNull().default("operator"),
    /** A copy of what the legs say, for lists and filters; written with them and never decided on. */
    status: text("status").$type<PaymentStatus>().notNull(),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
    /** The last change of this row itself. What its legs did since stands with them. */
    updatedAtMs: moment("updated_at").notNull().default(sql`now()`),
  },
  (table) => [
    check("amount_is_positive", sql`${table.amountCentavos} > 0`),
    index("payment_by_status").on(table.status, table.id),
    index("payment_by_amount").on(table.amountCentavos, table.id),
    index("payment_by_creation").on(table.createdAtMs, table.id),
    index("payment_by_words").using("gin", searchedWords(SEARCHED.payment)),
    index("payment_by_clabe_and_amount").on(table.depositClabe, table.amountCentavos),
    index("payment_open_by_lane").on(table.lane).where(isOpen(table.status)),
  ],
);

/** Who buys, and the salt of the payment's references: personal, erasable. Whom is paid stands in `payout_account`. */
export const party = kustodia.table(
  "party",
  {
    paymentId: integer("payment_id")
      .primaryKey()
      .references(() => payment.id),
    payerName: text("payer_name").notNull(),
    /** These three are empty. A program of before, which may still run beside this one, writes them and reads them not. */
    recipientLegalName: text("recipient_legal_name"),
    payoutClabe: text("payout_clabe"),
    refundClabe: text("refund_clabe"),
    /** Where they are told by mail what becomes of their money; null: nowhere. */
    payerEmail: text("payer_email"),
    recipientEmail: text("recipient_email"),
    /** Keys the reference of the account that goes on chain, so that nobody can guess a CLABE from it. */
    salt: text("salt").notNull(),
    /** Since when all of this is masks; null: as it was given. */
    erasedAtMs: moment("erased_at"),
  },
  () => [index("party_by_words").using("gin", searchedWords(SEARCHED.party))],
);

/** What buyer and seller each said to an end of custody before its time: once each, for ever. */
export const releaseApproval = kustodia.table(
  "release_approval",
  {
    paymentId: integer("payment_id")
      .notNull()
      .references(() => payment.id),
    party: text("party").$type<ReleaseParty>().notNull(),
    /** The party itself, by a link that only its mailbox was shown; or an operator, who vouches for its word. */
    givenBy: text("given_by").$type<GivenBy>().notNull().default("operator"),
    /** Where and when the party said so. */
    evidence: text("evidence").notNull(),
    recordedBy: text("recorded_by").notNull(),
    recordedAtMs: moment("recorded_at").notNull().default(sql`now()`),
  },
  (table) => [
    primaryKey({ columns: [table.paymentId, table.party] }),
    check("release_approval_party", sql`${table.party} in ('buyer', 'seller')`),
    check("release_approval_given_by", sql`${table.givenBy} in ('party', 'operator')`),
  ],
);

/** What a request with a key was and was answered, so that its repeat gets the same answer and another body is refused. */
export const idempotencyKey = kustodia.table("idempotency_key", {
  key: text("key").primaryKey(),
  bodyHash: text("body_hash").notNull(),
  /** What it made, if that was a payment; known as soon as the payment is. */
  paymentId: integer("payment_id").references(() => payment.id),
  takenAtMs: moment("taken_at").notNull().default(sql`now()`),
  /** The first answer, when there is one. */
  status: integer("status"),
  body: text("body"),
});

export const leg = kustodia.table(
  "leg",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    paymentId: integer("payment_id")
      .notNull()
      .references(() => payment.id),
    /** Its payment's: a claim looks for the due legs of one lane, and must not pass by those of another. */
    lane: text("lane").notNull().default(FIRST_LANE),
    kind: text("kind").$type<LegKind>().notNull(),
    state: text("state").$type<AnyState | "review">().notNull(),
    reviewFrom: text("review_from").$type<AnyState>(),
    version: integer("version").notNull().default(0),
    generation: integer("generation").notNull().default(0),
    amountCentavos: bigint("amount_centavos", { mode: "bigint" }).notNull(),
    source: text("source").$type<PayoutSource>(),
    payee: text("payee").$type<Payee>(),
    carried: jsonb("carried").$type<Carried>().notNull().default({}),
    enteredAtMs: moment("entered_at").notNull().default(sql`now()`),
    deadlineAtMs: moment("deadline_at"),
    reason: text("reason").$type<Reason>(),
    /** When the leg is next looked at; null: only a wake-up, or never again. */
    dueAtMs: moment("due_at"),
    /** The last wake-up. One that arrives while the leg is being worked on is seen when the work is saved. */
    wokenAtMs: moment("woken_at"),
    leaseHolder: integer("lease_holder"),
    leaseUntilMs: moment("lease_until"),
    /** Throws in a row; a bug that repeats goes to a person. */
    failures: integer("failures").notNull().default(0),
  },
  (table) => [
    index("leg_by_payment").on(table.paymentId),
    // With the number: many legs wake at one moment, and a batch must not sort them all to take the first twenty.
    index("leg_due_by_lane").on(table.lane, table.dueAtMs, table.id).where(sql`${table.dueAtMs} is not null`),
    index("leg_by_kind_and_state").on(table.kind, table.state, table.paymentId),
    // Nearly all legs are over; of the others each look at the gauges asks how many and since when.
    index("leg_going_on").on(table.kind, table.state, table.enteredAtMs).where(isGoingOn(table.state)),
    index("leg_by_reason").on(table.reason).where(sql`${table.reason} is not null`),
    index("leg_by_escrow").on(sql`(${table.carried} ->> 'escrowId')`),
    check("review_keeps_where_it_came_from", sql`(${table.state} = 'review') = (${table.reviewFrom} is not null)`),
  ],
);

/**
 * To which account a payout's payee is paid: personal, erasable, and beside the plan's page the only place that shows it whole.
 * A row is never changed but to come into force, when two persons stand for it, by getting its leg and the next version of
 * that leg and payee; the highest is paid.
 */
export const payoutAccount = kustodia.table(
  "payout_account",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    /** Null while it is only proposed. */
    legId: integer("leg_id").references(() => leg.id),
    version: integer("version"),
    payee: text("payee").$type<Payee>().notNull(),
    legalName: text("legal_name").notNull(),
    clabe: text("clabe").notNull(),
    givenBy: text("given_by").notNull(),
    reason: text("reason").notNull(),
    givenAtMs: moment("given_at").notNull().default(sql`now()`),
  },
  (table) => [
    unique("payout_account_is_versioned").on(table.legId, table.payee, table.version),
    index("payout_account_by_clabe").on(table.clabe),
    index("payout_account_by_words").using("gin", searchedWords(SEARCHED.payoutAccount)),
    check("payout_account_in_force_for_a_leg", sql`(${table.legId} is null) = (${table.version} is null)`),
    check("payout_account_payee", sql`${table.payee} in ('seller', 'buyer', 'platform', 'broker')`),
  ],
);

/** One outside fact closes exactly one effect, ever (DESIGN 6, rule 1). */
export const claim = kustodia.table(
  "claim",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    source: text("source").$type<ClaimSource>().notNull(),
    outsideId: text("outside_id").notNull(),
    legId: integer("leg_id")
      .notNull()
      .references(() => leg.id),
    claimedAtMs: moment("claimed_at").notNull().default(sql`now()`),
    freedAtMs: moment("freed_at"),
  },
  (table) => [
    uniqueIndex("claim_is_unique").on(table.source, table.outsideId).where(sql`${table.freedAtMs} is null`),
    index("claim_freed").on(table.source, table.outsideId).where(sql`${table.freedAtMs} is not null`),
    index("claim_by_leg").on(table.legId),
  ],
);

/** A person's decision on a leg, until the leg has carried it out. */
export const ruling = kustodia.table(
  "ruling",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    legId: integer("leg_id")
      .notNull()
      .references(() => leg.id),
    kind: text("kind").$type<"dispute" | "seller" | "buyer" | "cancel" | "release" | "over_ceiling">().notNull(),
    actor: text("actor").notNull(),
    reason: text("reason").notNull(),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
    carriedOutAtMs: moment("carried_out_at"),
  },
  (table) => [unique("one_open_ruling_per_leg").on(table.legId, table.kind, table.carriedOutAtMs).nullsNotDistinct()],
);

/** What shows one payment to its buyer or its seller, who have no key: an address nobody can guess. Only its hash is kept. */
export const paymentLink = kustodia.table(
  "payment_link",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    paymentId: integer("payment_id")
      .notNull()
      .references(() => payment.id),
    audience: text("audience").$type<"buyer" | "seller">().notNull(),
    tokenHash: text("token_hash").notNull().unique(),
    /** Whether whoever opens it may approve in its audience's name: only of links that went to their mailbox and to nobody else. */
    approves: boolean("approves").notNull().default(false),
    createdBy: text("created_by").notNull(),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
    revokedBy: text("revoked_by"),
    revokedAtMs: moment("revoked_at"),
  },
  (table) => [
    index("payment_link_by_payment").on(table.paymentId),
    check("payment_link_audience", sql`${table.audience} in ('buyer', 'seller')`),
    check("payment_link_hash_is_sha256", sql`${table.tokenHash} ~ '^[0-9a-f]{64}$'`),
    check("payment_link_revoked_by_somebody", sql`(${table.revokedAtMs} is null) = (${table.revokedBy} is null)`),
  ],
);
