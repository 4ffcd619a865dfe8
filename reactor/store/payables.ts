import { and, eq, inArray, sql } from "drizzle-orm";
import type { ClaimSource } from "../payments/decision.ts";
import type { DepositState } from "../payments/deposit.ts";
import type { Payable, UnclaimedMoney } from "../payments/matchDeposits.ts";
import type { Queryable } from "./database.ts";
import { lane, leg, party, payment } from "./schema/index.ts";

export type DepositStates = readonly DepositState[];

/** A leg that could be paid, and in whose name its buyer said to pay. */
export type Expecting = Payable & Readonly<{ buyerName: string | null }>;

/**
 * Deposit legs in some states that have no claim of `lacks` and to whose CLABE and amount some of the money came: nobody else
 * can be given any. Those with a claim of `has` are served first.
 */
export async function payables(
  tx: Queryable,
  money: readonly UnclaimedMoney[],
  { states, lacks, has }: Readonly<{ states: DepositStates; lacks: ClaimSource; has: ClaimSource }>,
): Promise<readonly Expecting[]> {
  if (money.length === 0) return [];
  const clabes = sql.param(money.map((one) => one.clabe));
  const amounts = sql.param(money.map((one) => String(one.amountCentavos)));
  const holds = (source: ClaimSource) =>
    sql<boolean>`exists (select 1 from kustodia.claim c where c.leg_id = ${leg.id} and c.source = ${source} and c.freed_at is null)`;
  return tx
    .select({
      legId: leg.id,
      account: lane.account,
      clabe: payment.depositClabe,
      amountCentavos: leg.amountCentavos,
      createdAtMs: payment.createdAtMs,
      expected: holds(has),
      buyerName: party.payerName,
    })
    .from(leg)
    .innerJoin(payment, eq(payment.id, leg.paymentId))
    .innerJoin(lane, eq(lane.name, payment.lane))
    .leftJoin(party, eq(party.paymentId, payment.id))
    .where(
      and(
        // A deposit leg is for its payment's whole amount, by which payments are found.
        sql`(${payment.depositClabe}, ${payment.amountCentavos}) in (
          select clabe, centavos from unnest(${clabes}::text[], ${amounts}::bigint[]) came(clabe, centavos))`,
        eq(leg.kind, "deposit"),
        inArray(leg.state, [...states]),
        sql`not ${holds(lacks)}`,
        // Both halves of a deposit are listed within days of each other; older legs miss theirs for good.
        sql`${leg.enteredAtMs} > now() - interval '30 days'`,
      ),
    );
}
