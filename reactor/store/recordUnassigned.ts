import { and, eq, inArray, or, sql } from "drizzle-orm";
import { maskClabe } from "../payments/clabe.ts";
import type { Matching, UnclaimedMoney, WhyHeld } from "../payments/matchDeposits.ts";
import { toPesos } from "../payments/money.ts";
import type { AnyEventType } from "../payments/words.ts";
import { allEnded } from "./allEnded.ts";
import { appendEvents, type NewEvent, type StoredEvent } from "./appendEvent.ts";
import { assignReturned } from "./assignReturned.ts";
import type { Queryable } from "./database.ts";
import { bankTransaction, leg, unassignedDeposit } from "./schema/index.ts";
import { releaseGivenBack, suspend } from "./transfers.ts";

const WHY_HELD: readonly WhyHeld[] = ["several_payments_match", "other_payer", "untold_payer"];
const EVENT_OF: Readonly<Record<"unmatched" | WhyHeld, AnyEventType>> = {
  unmatched: "deposito_sin_pago",
  several_payments_match: "deposito_por_asignar",
  other_payer: "deposito_de_otro_pagador",
  untold_payer: "deposito_de_otro_pagador",
};

/** Puts the reason on the legs that a held deposit could be for, and takes it from those that none is held for any more. */
async function showWhyTheyWait(tx: Queryable, held: Matching["held"]): Promise<void> {
  for (const why of WHY_HELD) {
    const legIds = held.flatMap((one) => (one.why === why ? one.legIds : []));
    if (legIds.length > 0) await tx.update(leg).set({ reason: why }).where(inArray(leg.id, legIds));
  }
  const shown = held.flatMap(({ why, legIds }) => legIds.map((id) => ({ id, why })));
  await tx
    .update(leg)
    .set({ reason: null })
    .where(
      and(
        ...[eq(leg.kind, "deposit"), eq(leg.state, "awaiting"), inArray(leg.reason, WHY_HELD)],
        sql`(${leg.id}, ${leg.reason}) not in (select id, why from jsonb_to_recordset(${JSON.stringify(shown)}::jsonb) held(id int, why text))`,
      ),
    );
}

/**
 * Records money without one sure owner, once, with an event each. What has found its owner since leaves the list, and what
 * the bank gave back to its sender: nobody is asked about money that is not there.
 */
export async function recordUnassigned(tx: Queryable, matching: Matching, money: readonly UnclaimedMoney[]) {
  const assigned = matching.assigned.map((one) => one.id);
  const { issuanceId } = unassignedDeposit;
  const givenBack = tx
    .select({ id: bankTransaction.id })
    .from(sql`${unassignedDeposit} as asked`)
    .innerJoin(bankTransaction, sql`${bankTransaction.id} = asked.issuance_id`)
    .where(or(eq(bankTransaction.status, "FAILED"), eq(bankTransaction.refunded, true)));
  const found = [
    ...matching.unmatched.map((id) => ({ id, why: "unmatched" as const, candidateLegs: [] as readonly number[] })),
    ...matching.held.map(({ id, why, legIds }) => ({ id, why, candidateLegs: legIds })),
  ];
  await allEnded([
    tx
      .delete(unassignedDeposit)
      .where(or(inArray(issuanceId, assigned), inArray(issuanceId, givenBack)))
      .execute(),
    releaseGivenBack(tx),
    showWhyTheyWait(tx, matching.held),
  ]);
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
export async function recordReturned(
  tx: Queryable,
  returned: readonly UnclaimedMoney[],
): Promise<readonly StoredEvent[]> {
  const events: NewEvent[] = [];
  for (const { id, account, clabe, amountCentavos } of returned) {
    const alike = returned.filter((one) => one.account === account && one.amountCentavos === amountCentavos);
    if (alike.length === 1 && (await assignReturned(tx, { id, account, amountCentavos }))) continue;
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
