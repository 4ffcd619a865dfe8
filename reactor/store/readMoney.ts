import { gt, sql } from "drizzle-orm";
import type { Database, Queryable } from "./database.ts";
import { moneyRollup, transfer } from "./schema/index.ts";

/** Centavos: what has arrived at a place and not left it, and what of it is on its way out. */
export type MoneyAt = Readonly<{ place: string; centavos: bigint; leavingCentavos: bigint }>;

/** A transaction that posts a movement has ended long before: what is older than this is all there. */
const SETTLED_MINUTES = 10;
const BEGINNING_MS = 0;

/**
 * Where the money is by our books. A place that no movement has touched is not in it. What was posted long ago is in the
 * rollup, so that this costs the same after a year as after a day.
 */
export async function readMoney(db: Queryable): Promise<readonly MoneyAt[]> {
  const [rollup] = await db.select().from(moneyRollup);
  const since = rollup?.throughMs ?? BEGINNING_MS;
  const recent = await sumPosted(db, sql`${gt(transfer.closedAtMs, since)}`);
  const { rows: leaving } = await db.execute<{ place: string; centavos: string }>(sql`
    select from_place as place, sum(amount_centavos)::text as centavos
    from kustodia.transfer where state = 'pending' group by from_place`);
  const posted = add(rollup?.centavos ?? {}, recent);
  const pending = add({}, leaving);
  return [...new Set([...posted.keys(), ...pending.keys()])].map((place) => ({
    place,
    centavos: posted.get(place) ?? 0n,
    leavingCentavos: pending.get(place) ?? 0n,
  }));
}

/** Takes what was posted long enough ago into the rollup. A posted movement stays as it is, so that nothing is lost by it. */
export async function rollUpMoney(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.insert(moneyRollup).values({ throughMs: BEGINNING_MS, centavos: {} }).onConflictDoNothing();
    const [known] = await tx.select().from(moneyRollup).for("update");
    const [until] = await tx
      .select({ ms: sql<string>`date_trunc('milliseconds', now() - make_interval(mins => ${SETTLED_MINUTES}))` })
      .from(moneyRollup);
    if (known === undefined || until === undefined) throw new Error("The rollup of money is one row.");
    const older = sql`${gt(transfer.closedAtMs, known.throughMs)} and ${transfer.closedAtMs} <= ${until.ms}`;
    const sums = add(known.centavos, await sumPosted(tx, older));
    const centavos = Object.fromEntries([...sums].map(([place, sum]) => [place, sum.toString()]));
    await tx.update(moneyRollup).set({ throughMs: sql`${until.ms}`, centavos });
  });
}

async function sumPosted(db: Queryable, when: ReturnType<typeof sql>) {
  const posted = sql`from ${transfer} where ${transfer.state} = 'posted' and ${when}`;
  const { rows } = await db.execute<{ place: string; centavos: string }>(sql`
    select place, sum(centavos)::text as centavos from (
      select to_place as place, amount_centavos as centavos ${posted}
      union all select from_place, -amount_centavos ${posted}
    ) moved group by place`);
  return rows;
}

function add(known: Readonly<Record<string, string>>, sums: readonly { place: string; centavos: string }[]) {
  const total = new Map(Object.entries(known).map(([place, centavos]) => [place, BigInt(centavos)]));
  for (const { place, centavos } of sums) total.set(place, (total.get(place) ?? 0n) + BigInt(centavos));
  return total;
}
