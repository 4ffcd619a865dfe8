import { sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";

/** Centavos: what has arrived at a place and not left it, and what of it is on its way out. */
export type MoneyAt = Readonly<{ place: string; centavos: bigint; leavingCentavos: bigint }>;

/** Where the money is by our books. A place that no movement has touched is not in it. */
export async function readMoney(db: Queryable): Promise<readonly MoneyAt[]> {
  const { rows } = await db.execute<{ place: string; centavos: string; leaving: string }>(sql`
    select place, sum(centavos)::text as centavos, sum(leaving)::text as leaving from (
      select to_place as place, amount_centavos as centavos, 0 as leaving from kustodia.transfer where state = 'posted'
      union all select from_place, -amount_centavos, 0 from kustodia.transfer where state = 'posted'
      union all select from_place, 0, amount_centavos from kustodia.transfer where state = 'pending'
    ) moved group by place`);
  return rows.map(({ place, centavos, leaving }) => ({
    place,
    centavos: BigInt(centavos),
    leavingCentavos: BigInt(leaving),
  }));
}
