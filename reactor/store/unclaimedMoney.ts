import { and, eq, exists, isNotNull, isNull, not, notExists, notInArray, or, type SQL, sql } from "drizzle-orm";
import type { ClaimSource } from "../payments/decision.ts";
import type { UnclaimedMoney } from "../payments/matchDeposits.ts";
import { BASE_UNITS_PER_CENTAVO } from "../payments/money.ts";
import type { Queryable } from "./database.ts";
import { bankTransaction, claim, speiDeposit, unclaimed } from "./schema/index.ts";

export type PaidIn = UnclaimedMoney & Readonly<{ payerName: string | null }>;

/** Issuances that no leg ever had and that are not a payout of ours come back. */
export async function issuancesFromBuyers(tx: Queryable): Promise<readonly PaidIn[]> {
  return issuances(
    tx,
    and(
      neverClaimed(tx, "issuance", bankTransaction.id),
      notInArray(bankTransaction.status, ["FAILED"]),
      not(exists(tx.select({ one: sql`1` }).from(speiDeposit).where(cameBackAs(bankTransaction)))),
    ),
  );
}

/**
 * Issuances of payouts of ours that came back, and that no payout has been given. What came back is money again once it is
 * issued: until then there is nothing to ask a person.
 */
export async function returnedPayouts(tx: Queryable): Promise<readonly PaidIn[]> {
  const { id, account, fiatId, status } = bankTransaction;
  // Few ever come back: from them to their issuances, and not the other way round.
  const named = sql`(${account}, ${fiatId}) in (select account, fid from kustodia.spei_deposit where deposit_type is not null
    union select account, clave_rastreo from kustodia.spei_deposit where deposit_type is not null)`;
  return issuances(tx, and(named, eq(status, "COMPLETE"), notClaimedAs(tx, "payout_return", id)));
}

async function issuances(tx: Queryable, which: SQL | undefined): Promise<readonly PaidIn[]> {
  const { id, account, receiverClabe, amountBaseUnits, createdAtMs } = bankTransaction;
  const payerName = payerNameOf(bankTransaction);
  const rows = await tx
    .select({ id, account, receiverClabe, amountBaseUnits, createdAtMs, payerName })
    .from(bankTransaction)
    .where(and(eq(bankTransaction.type, "ISSUANCE"), eq(bankTransaction.refunded, false), which));
  return rows.flatMap(({ receiverClabe: clabe, amountBaseUnits: units, ...row }) => {
    // A CLABE the bank did not name cannot be matched by CLABE; a fraction of a centavo is nobody's amount.
    if (clabe === null || units % BASE_UNITS_PER_CENTAVO !== 0n) return [];
    return [{ ...row, clabe, amountCentavos: units / BASE_UNITS_PER_CENTAVO }];
  });
}

/** By what an issuance names its SPEI, which stands in the same account's list. */
type Named = Pick<typeof bankTransaction, "fiatId" | "account">;

/**
 * A SPEI of ours that came back is issued like any deposit, and must never pay for somebody's order (DESIGN 6): the bank
 * marks the deposit, and the issuance names it. That it does for a redemption is a guess (juno-api.md 3 and 9.7).
 */
const cameBackAs = ({ fiatId, account }: Named) =>
  and(
    isNotNull(speiDeposit.depositType),
    eq(speiDeposit.account, account),
    or(eq(speiDeposit.fid, fiatId), eq(speiDeposit.claveRastreo, fiatId)),
  );

/** In whose name the SPEI was paid that an issuance names; null where the bank listed none, or told no name. */
export const payerNameOf = ({ fiatId, account }: Named) => sql<string | null>`(
  select told.sender_name from kustodia.spei_deposit told
  where told.account = ${account} and (told.fid = ${fiatId} or told.clave_rastreo = ${fiatId}) order by told.fid limit 1)`;

export async function unclaimedDeposits(tx: Queryable): Promise<readonly PaidIn[]> {
  const rows = await tx
    .select()
    .from(speiDeposit)
    .where(
      and(
        neverClaimed(tx, "spei_deposit", speiDeposit.fid),
        or(eq(speiDeposit.status, "complete"), eq(speiDeposit.status, "pending")),
        isNull(speiDeposit.depositType),
      ),
    );
  return rows.map(({ fid, account, receiverClabe, amountCentavos, createdAtMs, senderName }) => ({
    id: fid,
    account,
    clabe: receiverClabe,
    amountCentavos,
    createdAtMs,
    payerName: senderName,
  }));
}

type OutsideId = typeof bankTransaction.id | typeof speiDeposit.fid;

/** Found by the list of what may be unclaimed, so that its cost does not grow with what was claimed long ago. */
const neverClaimed = (tx: Queryable, source: "issuance" | "spei_deposit", id: OutsideId) =>
  and(
    sql`${id} in (select ${unclaimed.outsideId} from ${unclaimed} where ${unclaimed.source} = ${source})`,
    notClaimedAs(tx, source, id),
  );

/**
 * Never claimed, that is: a claim is freed only when the money went back to its sender, and then it is nobody's again. Those
 * that stand and those that were freed have an index each.
 */
function notClaimedAs(tx: Queryable, source: ClaimSource, id: OutsideId) {
  const none = (which: SQL) =>
    notExists(
      tx
        .select({ one: sql`1` })
        .from(claim)
        .where(and(eq(claim.source, source), eq(claim.outsideId, id), which)),
    );
  return and(none(isNull(claim.freedAtMs)), none(isNotNull(claim.freedAtMs)));
}
