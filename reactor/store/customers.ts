import { eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { customer, formerClabe } from "./schema/index.ts";

/** A customer's deposit CLABE; null for a customer whom nobody knows yet. */
export async function findDepositClabe(db: Queryable, customerId: string): Promise<string | null> {
  const [row] = await db.select().from(customer).where(eq(customer.id, customerId));
  return row?.depositClabe ?? null;
}

/** A CLABE, and in which of our bank accounts it is. */
export type DepositPlace = Readonly<{ depositClabe: string; account: string }>;

/** Where a customer's deposits come to now; null for a customer whom nobody knows yet. */
export async function findDepositPlace(db: Queryable, customerId: string): Promise<DepositPlace | null> {
  const { depositClabe, account } = customer;
  const [row] = await db.select({ depositClabe, account }).from(customer).where(eq(customer.id, customerId));
  return row ?? null;
}

/** Whose a CLABE is, or was before its account was drained; null while it is nobody's. */
export async function findClabeOwner(db: Queryable, depositClabe: string): Promise<string | null> {
  const [row] = await db.select().from(customer).where(eq(customer.depositClabe, depositClabe));
  if (row !== undefined) return row.id;
  const [former] = await db.select().from(formerClabe).where(eq(formerClabe.clabe, depositClabe));
  return former?.customerId ?? null;
}

/**
 * Gives a customer another CLABE in place of one whose bank account takes no new payments. The payments that wait for money to
 * the former one go on waiting for it there. Of two at once the first one's stays.
 * @returns the customer's CLABE from now on.
 */
export async function moveCustomer(
  db: Queryable,
  id: string,
  former: DepositPlace,
  next: DepositPlace,
): Promise<string | null> {
  await db.execute(sql`
    with moved as (
      update kustodia.customer set deposit_clabe = ${next.depositClabe}, account = ${next.account}
      where id = ${id} and deposit_clabe = ${former.depositClabe} returning id)
    insert into kustodia.former_clabe (clabe, customer_id, account)
    select ${former.depositClabe}, id, ${former.account} from moved`);
  return findDepositClabe(db, id);
}

/**
 * Gives a customer a CLABE of a bank account for ever, unless the customer has one already.
 * @returns the customer's CLABE from now on; null when the offered one is another customer's.
 */
export async function adoptClabe(
  db: Queryable,
  id: string,
  { depositClabe, account }: DepositPlace,
): Promise<string | null> {
  await db.insert(customer).values({ id, depositClabe, account }).onConflictDoNothing();
  return findDepositClabe(db, id);
}
