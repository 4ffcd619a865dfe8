import { and, desc, eq, isNull, lt, max, sql } from "drizzle-orm";
import type { Payee } from "../payments/payee.ts";
import { anyOf } from "./anyOf.ts";
import type { Queryable } from "./database.ts";
import { PLAN_LIFE_HOURS } from "./plans.ts";
import { leg, payoutAccount } from "./schema/index.ts";

/** A bank account that somebody may be paid to. Personal: it lives as long as what asks for it. */
export type BankAccount = Readonly<{ legalName: string; clabe: string }>;

/** An account in force: the newest of its leg and payee is the one that is paid. */
export type PayoutAccount = BankAccount & Readonly<{ id: number; legId: number; payee: Payee; version: number }>;

/** The accounts that some payments' payouts are paid to now, one for each leg and payee. */
export async function readPayoutAccounts(
  db: Queryable,
  paymentIds: readonly number[],
): Promise<readonly (PayoutAccount & { paymentId: number })[]> {
  if (paymentIds.length === 0) return [];
  const { id, legId, payee, version, legalName, clabe } = payoutAccount;
  const rows = await db
    .selectDistinctOn([legId, payee], { id, legId, payee, version, legalName, clabe, paymentId: leg.paymentId })
    .from(payoutAccount)
    .innerJoin(leg, eq(leg.id, legId))
    .where(anyOf(leg.paymentId, paymentIds))
    .orderBy(legId, payee, desc(version));
  return rows.flatMap((row) => {
    const { legId: ofLeg, version: inForce } = row;
    return ofLeg === null || inForce === null ? [] : [{ ...row, legId: ofLeg, version: inForce }];
  });
}

type Given = BankAccount & Readonly<{ payee: Payee; givenBy: string; reason: string }>;

/** Stores an account that somebody proposes. It is paid to only once it is in force. @returns its number. */
export async function proposeAccount(db: Queryable, given: Given): Promise<number> {
  const [row] = await db.insert(payoutAccount).values(given).returning({ id: payoutAccount.id });
  if (row === undefined) throw new Error("The account was not stored.");
  return row.id;
}

/** Forgets an account that was proposed for nothing. One in force stays. */
export async function withdrawAccount(db: Queryable, id: number): Promise<void> {
  await db.delete(payoutAccount).where(and(eq(payoutAccount.id, id), isNull(payoutAccount.legId)));
}

/**
 * Forgets every account that was proposed by a plan which nobody can confirm any more: it expired, or was refused since what it
 * was drawn from had changed. The plan keeps its mask. @returns how many.
 */
export async function forgetProposedAccounts(db: Queryable): Promise<number> {
  const forgotten = await db
    .delete(payoutAccount)
    .where(
      and(
        isNull(payoutAccount.legId),
        // An account is stored before its plan: one more hour than any plan lives.
        lt(payoutAccount.givenAtMs, sql`now() - make_interval(hours => ${PLAN_LIFE_HOURS + 1})`),
      ),
    )
    .returning({ id: payoutAccount.id });
  return forgotten.length;
}

/** An account that was proposed and is not in force; null when there is none, or it is in force by now. */
export async function findProposedAccount(db: Queryable, id: number): Promise<(BankAccount & { payee: Payee }) | null> {
  const { payee, legalName, clabe } = payoutAccount;
  const [row] = await db
    .select({ payee, legalName, clabe })
    .from(payoutAccount)
    .where(and(eq(payoutAccount.id, id), isNull(payoutAccount.legId)));
  return row ?? null;
}

/** Accounts by their numbers, in force or only proposed. */
export async function findAccounts(db: Queryable, ids: readonly number[]) {
  if (ids.length === 0) return [];
  const { id, payee, legalName, clabe } = payoutAccount;
  return db.select({ id, payee, legalName, clabe }).from(payoutAccount).where(anyOf(id, ids));
}

/**
 * Lets a leg pay to a proposed account from now on. The caller holds the leg, so that versions are given one after the other.
 * @returns false when it is in force already, or was withdrawn.
 */
export async function putInForce(tx: Queryable, id: number, legId: number): Promise<boolean> {
  const proposed = await findProposedAccount(tx, id);
  if (proposed === null) return false;
  const [last] = await tx
    .select({ version: max(payoutAccount.version) })
    .from(payoutAccount)
    .where(and(eq(payoutAccount.legId, legId), eq(payoutAccount.payee, proposed.payee)));
  const changed = await tx
    .update(payoutAccount)
    .set({ legId, version: (last?.version ?? 0) + 1 })
    .where(and(eq(payoutAccount.id, id), isNull(payoutAccount.legId)))
    .returning({ id: payoutAccount.id });
  return changed.length > 0;
}
