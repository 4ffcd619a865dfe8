import { sql } from "drizzle-orm";
import { balancesAt } from "./balancesAt.ts";
import type { Database } from "./database.ts";
import { closing } from "./schema/index.ts";

/** A transaction that posts an entry has ended long before: what is older than this is all there. */
const SETTLED_MINUTES = 10;

/**
 * Closes the books through the last full hour that is over for sure, once: from then on nothing is posted into it (the
 * database posts later instead), and whoever asks for a balance starts there.
 */
export async function closeBooks(db: Database): Promise<void> {
  const { rows } = await db.execute<{ ms: string }>(sql`
    select (extract(epoch from hour) * 1000)::bigint::text as ms
    from date_trunc('hour', now() - make_interval(mins => ${SETTLED_MINUTES})) hour
    where not exists (select from kustodia.closing where through >= hour)`);
  const throughMs = rows[0] && Number(rows[0].ms);
  if (throughMs === undefined) return;
  const balances = await balancesAt(db, throughMs);
  const centavos = Object.fromEntries(balances.map((one) => [one.account, one.centavos.toString()]));
  await db.insert(closing).values({ throughMs, centavos }).onConflictDoNothing();
}
