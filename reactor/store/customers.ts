import { eq } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { customer } from "./schema/index.ts";

/** A customer's deposit CLABE; null for a customer whom nobody knows yet. */
export async function findDepositClabe(db: Queryable, customerId: string): Promise<string | null> {
  const [row] = await db.select().from(customer).where(eq(customer.id, customerId));
  return row?.depositClabe ?? null;
}

/** Whose a CLABE is; null while it is nobody's. */
export async function findClabeOwner(db: Queryable, depositClabe: string): Promise<string | null> {
  const [row] = await db.select().from(customer).where(eq(customer.depositClabe, depositClabe));
  return row?.id ?? null;
}

/**
 * Gives a customer a CLABE for ever, unless the customer has one already.
 * @returns the customer's CLABE from now on; null when the offered one is another customer's.
 */
export async function adoptClabe(db: Queryable, id: string, depositClabe: string): Promise<string | null> {
  await db.insert(customer).values({ id, depositClabe }).onConflictDoNothing();
  return findDepositClabe(db, id);
}
