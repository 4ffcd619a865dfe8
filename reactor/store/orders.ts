import { createHmac } from "node:crypto";
import { eq, inArray } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { party, payment } from "./schema/index.ts";

/** What an order needs of its payment, personal data included. It lives as long as the order does. */
export type OrderTerms = Readonly<{
  paymentId: number;
  custodyEndMs: number;
  payoutClabe: string;
  recipientLegalName: string;
  /** Keyed with the payment's own salt: nobody can find the CLABE by trying all CLABEs. */
  clabeReference: string;
}>;

export async function readOrderTerms(db: Queryable, paymentIds: readonly number[]): Promise<readonly OrderTerms[]> {
  const rows = await db
    .select({ payment, party })
    .from(payment)
    .innerJoin(party, eq(party.paymentId, payment.id))
    .where(inArray(payment.id, [...paymentIds]));
  return rows.map(({ payment: { id, custodyEndMs }, party: { payoutClabe, recipientLegalName, salt } }) => ({
    paymentId: id,
    custodyEndMs,
    payoutClabe,
    recipientLegalName,
    clabeReference: createHmac("sha256", salt).update(payoutClabe).digest("hex"),
  }));
}
