import { createHmac } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import { anyOf } from "./anyOf.ts";
import type { Queryable } from "./database.ts";
import { type BankAccount, readPayoutAccounts } from "./payoutAccounts.ts";
import { party, payment } from "./schema/index.ts";

/** What an order needs of its payment, personal data included. It lives as long as the order does. */
export type OrderTerms = Readonly<{
  legId: number;
  custodyEndMs: number;
  /** How the chain names the payment, where another program named it; null: as we name all. */
  chainReference: string | null;
  /** Of a payout: to which its payee is paid; null while nobody has said so. */
  account: BankAccount | null;
  /** The seller's account, keyed with the payment's own salt: nobody can find the CLABE by trying all CLABEs. */
  clabeReference: string;
}>;

const NAMED = { id: payment.id, custodyEndMs: payment.custodyEndMs, chainReference: payment.chainReference };

/** A leg for which something is to be ordered. */
export type Ordering = Pick<Leg, "id" | "paymentId" | "payee">;

/** @returns nothing for a leg whose payment has no parties any more: they were erased. */
export async function readOrderTerms(db: Queryable, legs: readonly Ordering[]): Promise<readonly OrderTerms[]> {
  const paymentIds = [...new Set(legs.map(({ paymentId }) => paymentId))];
  const [rows, accounts] = await Promise.all([
    db
      .select({ ...NAMED, salt: party.salt })
      .from(payment)
      .innerJoin(party, eq(party.paymentId, payment.id))
      .where(anyOf(payment.id, paymentIds)),
    readPayoutAccounts(db, paymentIds),
  ]);
  return legs.flatMap(({ id: legId, paymentId, payee }) => {
    const found = rows.find((row) => row.id === paymentId);
    if (found === undefined) return [];
    const ofPayment = accounts.filter((one) => one.paymentId === paymentId);
    const paid = ofPayment.find((one) => one.legId === legId && one.payee === payee);
    const account = paid ? { legalName: paid.legalName, clabe: paid.clabe } : null;
    const seller = ofPayment.find((one) => one.payee === "seller");
    const { custodyEndMs, chainReference, salt } = found;
    return [{ legId, custodyEndMs, chainReference, account, clabeReference: referenceOf(seller, salt) }];
  });
}

/** What the chain shows in place of an account. */
export const referenceOf = (account: Pick<BankAccount, "clabe"> | undefined, salt: string) =>
  createHmac("sha256", salt)
    .update(account?.clabe ?? "")
    .digest("hex");
