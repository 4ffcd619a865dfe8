import { sql } from "drizzle-orm";
import type { Leg } from "../payments/leg.ts";
import type { Queryable } from "./database.ts";
import { alone } from "./gather.ts";

/** One claim of a batch: who has it, and until when by the database's clock, unix ms. A later claim ends later. */
export type Lease = Readonly<{ holder: number; untilMs: number }>;

/**
 * Holds legs, until the transaction ends, as they were claimed: unchanged, and under that very lease by the database's clock,
 * which goes on while a reactor is frozen.
 * @returns for each, false when it has moved on, or was or may be claimed anew: then nothing may be ordered for it.
 */
export async function holdLeases(
  tx: Queryable,
  calls: readonly (readonly [leg: Leg, lease: Lease])[],
): Promise<readonly boolean[]> {
  const [ids, versions] = [calls.map(([{ id }]) => id), calls.map(([{ version }]) => version)];
  const [holders, ends] = [calls.map(([, { holder }]) => holder), calls.map(([, { untilMs }]) => new Date(untilMs))];
  const { rows: held } = await tx.execute<{ id: number }>(sql`
    select leg.id from kustodia.leg
      join unnest(${sql.param(ids)}::int[], ${sql.param(versions)}::int[], ${sql.param(holders)}::int[],
        ${sql.param(ends)}::timestamptz[]) lease(id, version, holder, until) on leg.id = lease.id and leg.version = lease.version
          and leg.lease_holder = lease.holder and date_trunc('milliseconds', leg.lease_until) = lease.until
    where leg.lease_until > clock_timestamp()
    order by leg.id for no key update of leg`);
  const stillHeld = new Set(held.map(({ id }) => id));
  return calls.map(([{ id }]) => stillHeld.has(id));
}

export const holdLease = alone(holdLeases);

/** Which of these legs are held under a lease as they were claimed, by their numbers. One statement, which holds none of them any longer. */
export async function stillHeld(db: Queryable, legs: readonly Leg[], lease: Lease): Promise<ReadonlySet<number>> {
  const held = await holdLeases(
    db,
    legs.map((leg) => [leg, lease]),
  );
  return new Set(legs.flatMap(({ id }, nth) => (held[nth] ? [id] : [])));
}
