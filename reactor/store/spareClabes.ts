import { count, eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { spareClabe } from "./schema/index.ts";

/** How many CLABEs of an account nobody has yet. */
export async function countSpares(db: Queryable, account: string): Promise<number> {
  const [row] = await db.select({ spares: count() }).from(spareClabe).where(eq(spareClabe.account, account));
  return row?.spares ?? 0;
}

/** Keeps a CLABE that the bank has made in an account, for a customer whom nobody knows yet. */
export async function saveSpare(db: Queryable, account: string, clabe: string): Promise<void> {
  await db.insert(spareClabe).values({ clabe, account });
}

/** Takes a CLABE of an account that nobody has, the oldest: nobody else gets it. @returns null where there is none. */
export async function takeSpare(db: Queryable, account: string): Promise<string | null> {
  const { rows } = await db.execute<{ clabe: string }>(sql`
    delete from kustodia.spare_clabe where clabe = (
      select clabe from kustodia.spare_clabe where account = ${account} order by made_at, clabe limit 1 for update skip locked)
    returning clabe`);
  return rows[0]?.clabe ?? null;
}
