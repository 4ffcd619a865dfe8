import { and, eq, exists, inArray, isNotNull, isNull, not, notExists, notInArray, or, sql } from "drizzle-orm";
import { maskClabe } from "../payments/clabe.ts";
import type { ClaimSource } from "../payments/decision.ts";
import type { DepositState } from "../payments/deposit.ts";
import { holdOtherPayers, type PayerPolicy } from "../payments/holdOtherPayers.ts";
import {
  type Matching,
  matchDeposits,
  type Payable,
  type UnclaimedMoney,
  type WhyHeld,
} from "../payments/matchDeposits.ts";
import { BASE_UNITS_PER_CENTAVO, toPesos } from "../payments/money.ts";
import type { AnyEventType } from "../payments/words.ts";
import { appendEvents, type NewEvent, type StoredEvent } from "./appendEvent.ts";
import { assignReturned } from "./assignReturned.ts";
import { changeByClaim, insertClaims } from "./claims.ts";
import type { Database, Queryable } from "./database.ts";
import { bankTransaction, claim, leg, party, payment, speiDeposit, unassignedDeposit } from "./schema/index.ts";
import { releaseGivenBack, suspend } from "./transfers.ts";

/** One matching at a time, over all reactors. */
export const MATCHING_LOCK = 7_084;

type DepositStates = readonly DepositState[];
const WHY_HELD: readonly WhyHeld[] = ["several_payments_match", "other_payer", "untold_payer"];
const EVENT_OF: Readonly<Record<"unmatched" | WhyHeld, AnyEventType>> = {
  unmatched: "deposito_sin_pago",
  several_payments_match: "deposito_por_asignar",
  other_payer: "deposito_de_otro_pagador",
  untold_payer: "deposito_de_otro_pagador",
};
const FUNDABLE: DepositStates = ["awaiting", "seen"];
const ANNOUNCEABLE: DepositStates = ["awaiting", "issuing", "issued"];

/** A leg that could be paid, and in whose name its buyer said to pay. */
type Expecting = Payable & Readonly<{ buyerName: string | null }>;
type PaidIn = UnclaimedMoney & Readonly<{ payerName: string | null }>;

/**
 * Gives the bank's unclaimed issuances and SPEI deposits to the legs that wait for them, and records what cannot be given.
 * @param policy what becomes of money that was paid in another name than the buyer's.
 * @returns how many were assigned, and the events of those that a person must look at.
 */
export async function assignDeposits(
  db: Database,
  policy: PayerPolicy,
): Promise<{ assigned: number; events: readonly StoredEvent[] }> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${MATCHING_LOCK})`);
    const issuances = await unclaimedIssuances(tx, "from_buyers");
    const toFund = await payables(tx, FUNDABLE, "issuance", "spei_deposit");
    const funding = holdOtherPayers(matchDeposits(toFund, issuances), policy, namesIn(toFund, issuances));
    const funded = await claimAll(tx, funding, "issuance", FUNDABLE);
    const returned = await unclaimedIssuances(tx, "returned_payouts");
    const events = [...(await recordUnassigned(tx, funding, issuances)), ...(await recordReturned(tx, returned))];

    // A leg whose issuance came first takes its SPEI deposit before any leg that only waits: one deposit, one payment.
    const toAnnounce = await payables(tx, ANNOUNCEABLE, "spei_deposit", "issuance");
    const deposits = await unclaimedDeposits(tx);
    const announcing = announced(matchDeposits(toAnnounce, deposits), policy, toAnnounce, deposits);
    const seen = await claimAll(tx, announcing, "spei_deposit", ANNOUNCEABLE);
    return { assigned: funded + seen, events };
  });
}

/** A SPEI announces nothing to a leg that will not be given its issuance; where a person has given that one, its SPEI follows. */
function announced(
  matching: Matching,
  policy: PayerPolicy,
  legs: readonly Expecting[],
  deposits: readonly PaidIn[],
): Matching {
  const isGiven = ({ legId }: { legId: number }) => legs.some((leg) => leg.legId === legId && leg.expected);
  const given = matching.assigned.filter(isGiven);
  const others = { ...matching, assigned: matching.assigned.filter((one) => !isGiven(one)) };
  const { assigned } = holdOtherPayers(others, policy, namesIn(legs, deposits));
  return { ...matching, assigned: [...given, ...assigned] };
}

function namesIn(legs: readonly Expecting[], money: readonly PaidIn[]) {
  const buyers = new Map(legs.map((leg) => [leg.legId, leg.buyerName]));
  const payers = new Map(money.map((one) => [one.id, one.payerName]));
  return {
    buyerOf: (legId: number) => buyers.get(legId) ?? null,
    payerOf: (id: string) => payers.get(id) ?? null,
  };
}

/** Deposit legs in some states that have no claim of `lacks`; those with one of `has` are served first. */
async function payables(
  tx: Queryable,
  states: DepositStates,
  lacks: ClaimSource,
  has: ClaimSource,
): Promise<readonly Expecting[]> {
  const holds = (source: ClaimSource) =>
    sql<boolean>`exists (select 1 from kustodia.claim c where c.leg_id = ${leg.id} and c.source = ${source} and c.freed_at is null)`;
  return tx
    .select({
      legId: leg.id,
      clabe: payment.depositClabe,
      amountCentavos: leg.amountCentavos,
      createdAtMs: payment.createdAtMs,
      expected: holds(has),
      buyerName: party.payerName,
    })
    .from(leg)
    .innerJoin(payment, eq(payment.id, leg.paymentId))
    .leftJoin(party, eq(party.paymentId, payment.id))
    .where(
      and(
        eq(leg.kind, "deposit"),
        inArray(leg.state, [...states]),
        sql`not ${holds(lacks)}`,
        // Both halves of a deposit are listed within days of each other; older legs miss theirs for good.
        sql`${leg.enteredAtMs} > now() - interval '30 days'`,
      ),
    );
}

/**
 * A SPEI of ours that came back is issued like any deposit, and must never pay for somebody's order (DESIGN 6): the bank
 * marks the deposit, and the issuance names it. That it does for a redemption is a guess (juno-api.md 3 and 9.7).
 */
function isReturnedPayout(tx: Queryable) {
  return exists(
    tx
      .select({ one: sql`1` })
      .from(speiDeposit)
      .where(
        and(
          isNotNull(speiDeposit.depositType),
          or(eq(speiDeposit.fid, bankTransaction.fiatId), eq(speiDeposit.claveRastreo, bankTransaction.fiatId)),
        ),
      ),
  );
}

async function unclaimedIssuances(
  tx: Queryable,
  which: "from_buyers" | "returned_payouts",
): Promise<readonly PaidIn[]> {
  const returned = isReturnedPayout(tx);
  const { id, receiverClabe, amountBaseUnits, createdAtMs } = bankTransaction;
  const payerName = payerNameOf(bankTransaction.fiatId);
  const rows = await tx
    .select({ id, receiverClabe, amountBaseUnits, createdAtMs, payerName })
    .from(bankTransaction)
    .where(
      and(
        eq(bankTransaction.type, "ISSUANCE"),
        eq(bankTransaction.refunded, false),
        // What came back is money again once it is issued: until then there is nothing to ask a person.
        which === "from_buyers"
          ? notInArray(bankTransaction.status, ["FAILED"])
          : eq(bankTransaction.status, "COMPLETE"),
        which === "from_buyers" ? not(returned) : returned,
        unclaimed(tx, which === "from_buyers" ? "issuance" : "payout_return", bankTransaction.id),
      ),
    );
  return rows.flatMap(({ receiverClabe: clabe, amountBaseUnits: units, ...row }) => {
    // A CLABE the bank did not name cannot be matched by CLABE; a fraction of a centavo is nobody's amount.
    if (clabe === null || units % BASE_UNITS_PER_CENTAVO !== 0n) return [];
    return [{ ...row, clabe, amountCentavos: units / BASE_UNITS_PER_CENTAVO }];
  });
}

/** In whose name the SPEI was paid that an issuance names; null where the bank listed none, or told no name. */
export const payerNameOf = (fiatId: typeof bankTransaction.fiatId) => sql<string | null>`(
  select told.sender_name from kustodia.spei_deposit told
  where told.fid = ${fiatId} or told.clave_rastreo = ${fiatId} order by told.fid limit 1)`;

async function unclaimedDeposits(tx: Queryable): Promise<readonly PaidIn[]> {
  const rows = await tx
    .select()
    .from(speiDeposit)
    .where(
      and(
        or(eq(speiDeposit.status, "complete"), eq(speiDeposit.status, "pending")),
        isNull(speiDeposit.depositType),
        unclaimed(tx, "spei_deposit", speiDeposit.fid),
      ),
    );
  return rows.map(({ fid, receiverClabe, amountCentavos, createdAtMs, senderName }) => ({
    id: fid,
    clabe: receiverClabe,
    amountCentavos,
    createdAtMs,
    payerName: senderName,
  }));
}

/** Never claimed, that is: a claim is freed only when the money went back to its sender, and then it is nobody's again. */
function unclaimed(tx: Queryable, source: ClaimSource, id: typeof bankTransaction.id | typeof speiDeposit.fid) {
  return notExists(
    tx
      .select({ one: sql`1` })
      .from(claim)
      .where(and(eq(claim.source, source), eq(claim.outsideId, id))),
  );
}

/**
 * Claims for each leg what it was given, unless it has left these states meanwhile: then the next matching sees. A claim
 * changes its leg, so the version grows: a move that was decided without the claim, an expiry say, is not saved any more.
 * @returns how many claims were made.
 */
async function claimAll(
  tx: Queryable,
  matching: Matching,
  source: ClaimSource,
  states: DepositStates,
): Promise<number> {
  const legIds = matching.assigned.map((one) => one.legId);
  const changed = await changeByClaim(tx, and(inArray(leg.id, legIds), inArray(leg.state, [...states])));
  const given = matching.assigned.filter((one) => changed.some((row) => row.id === one.legId));
  for (const { legId, id } of given) await insertClaims(tx, legId, [{ source, outsideId: id }]);
  return given.length;
}

/** Puts the reason on the legs that a held deposit could be for, and takes it from those that none is held for any more. */
async function showWhyTheyWait(tx: Queryable, held: Matching["held"]): Promise<void> {
  for (const why of WHY_HELD) {
    const legIds = held.flatMap((one) => (one.why === why ? one.legIds : []));
    await tx.update(leg).set({ reason: why }).where(inArray(leg.id, legIds));
    await tx
      .update(leg)
      .set({ reason: null })
      .where(and(eq(leg.kind, "deposit"), eq(leg.state, "awaiting"), eq(leg.reason, why), notInArray(leg.id, legIds)));
  }
}

/**
 * Records money without one sure owner, once, with an event each. What has found its owner since leaves the list, and what
 * the bank gave back to its sender: nobody is asked about money that is not there.
 */
async function recordUnassigned(tx: Queryable, matching: Matching, money: readonly UnclaimedMoney[]) {
  const assigned = matching.assigned.map((one) => one.id);
  const givenBack = tx
    .select({ id: bankTransaction.id })
    .from(bankTransaction)
    .where(or(eq(bankTransaction.status, "FAILED"), eq(bankTransaction.refunded, true)));
  const { issuanceId } = unassignedDeposit;
  await tx.delete(unassignedDeposit).where(or(inArray(issuanceId, assigned), inArray(issuanceId, givenBack)));
  await releaseGivenBack(tx);
  const found = [
    ...matching.unmatched.map((id) => ({ id, why: "unmatched" as const, candidateLegs: [] as readonly number[] })),
    ...matching.held.map(({ id, why, legIds }) => ({ id, why, candidateLegs: legIds })),
  ];
  await showWhyTheyWait(tx, matching.held);
  const events: NewEvent[] = [];
  for (const { id, why, candidateLegs } of found) {
    const entry = money.find((one) => one.id === id);
    if (entry === undefined) continue;
    const { clabe, amountCentavos } = entry;
    const inserted = await tx
      .insert(unassignedDeposit)
      .values({ issuanceId: id, why, clabe, amountCentavos, candidateLegs })
      .onConflictDoUpdate({
        target: unassignedDeposit.issuanceId,
        set: { why, candidateLegs },
        setWhere: sql`(${unassignedDeposit.why}, ${unassignedDeposit.candidateLegs}) <> (excluded.why, excluded.candidate_legs)`,
      })
      .returning({ id: unassignedDeposit.issuanceId });
    if (inserted.length === 0) continue;
    await suspend(tx, { issuanceId: id, amountCentavos, from: "buyer" });
    events.push({
      paymentId: null,
      legId: null,
      type: EVENT_OF[why],
      data: {
        ...(why !== "unmatched" && why !== "several_payments_match" && { payer: why }),
        amount: toPesos(amountCentavos),
        clabe: maskClabe(clabe),
        issuanceId: id,
        count: String(candidateLegs.length),
      },
      actor: "kustodia",
    });
  }
  return appendEvents(tx, events);
}

/** Gives back to their payouts what came back of them. Where several could be it, it is recorded once, with an event: a person finds whose it was. */
async function recordReturned(tx: Queryable, returned: readonly UnclaimedMoney[]): Promise<readonly StoredEvent[]> {
  const events: NewEvent[] = [];
  for (const { id, clabe, amountCentavos } of returned) {
    const alike = returned.filter((one) => one.amountCentavos === amountCentavos);
    if (alike.length === 1 && (await assignReturned(tx, { id, amountCentavos }))) continue;
    const inserted = await tx
      .insert(unassignedDeposit)
      .values({ issuanceId: id, why: "returned_payout", clabe, amountCentavos, candidateLegs: [] })
      .onConflictDoNothing()
      .returning({ id: unassignedDeposit.issuanceId });
    if (inserted.length === 0) continue;
    await suspend(tx, { issuanceId: id, amountCentavos, from: "beneficiary" });
    const data = { amount: toPesos(amountCentavos), clabe: maskClabe(clabe), issuanceId: id };
    events.push({ paymentId: null, legId: null, type: "pago_devuelto_detectado", data, actor: "kustodia" });
  }
  return appendEvents(tx, events);
}
