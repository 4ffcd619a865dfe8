import { sql } from "drizzle-orm";
import { type LegKind, tables } from "../payments/leg.ts";
import type { Queryable } from "./database.ts";
import { type MoneyAt, readMoney } from "./readMoney.ts";

/** What of the stored is worth a look each quarter of a minute. Ages are seconds by the database's clock; null where nothing waits. */
export type Gauges = Readonly<{
  legs: readonly Readonly<{ kind: LegKind; state: string; count: number }>[];
  /** Since when legs that are not over are in their states. */
  waits: readonly Readonly<{ kind: LegKind; state: string; oldestS: number; medianS: number }>[];
  /** How long the leg that is due longest has been due. */
  oldestDueS: number | null;
  openAttempts: readonly Readonly<{ action: string; outcome: "pending" | "unknown"; count: number; oldestS: number }>[];
  money: readonly MoneyAt[];
  unassignedDeposits: number;
  deliveries: readonly Readonly<{ endpointId: number; pending: number; abandoned: number; oldestS: number }>[];
  endpointsDisabled: number;
  openPulls: number;
  /** Seconds since each process last ended without an error. */
  processes: readonly Readonly<{ process: string; sinceSuccessS: number }>[];
  bankReadingS: number | null;
}>;

const OVER = Object.entries(tables).flatMap(([kind, rows]) =>
  Object.entries(rows).flatMap(([state, row]) => ("end" in row && row.end ? [sql`(${kind}, ${state})`] : [])),
);

/** Reads all gauges, each in one statement that no index of ours makes slow. */
export async function readGauges(db: Queryable): Promise<Gauges> {
  const one = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>) => {
    const { rows } = await db.execute<Row>(query);
    return rows;
  };
  const age = (moment: string) => sql.raw(`extract(epoch from now() - ${moment})::float8`);
  const counts = await one<{ kind: LegKind; state: string; count: number }>(sql`
    select kind, state, count(*)::int as count from kustodia.leg group by kind, state`);
  // Legs that are over are nearly all, and nobody asks since when.
  const waits = await one<{ kind: LegKind; state: string; oldest: number; median: number }>(sql`
    select kind, state, ${age("min(entered_at)")} as oldest,
      percentile_cont(0.5) within group (order by extract(epoch from now() - entered_at)) as median
    from kustodia.leg where (kind, state) not in (${sql.join(OVER, sql`, `)}) group by kind, state`);
  const [due] = await one<{ oldest: number | null }>(sql`
    select ${age("min(due_at)")} as oldest from kustodia.leg where due_at <= now() and state <> 'review'`);
  const attempts = await one<{ action: string; outcome: "pending" | "unknown"; count: number; oldest: number }>(sql`
    select action, outcome, count(*)::int as count, ${age("min(sent_at)")} as oldest
    from kustodia.attempt where outcome in ('pending', 'unknown') group by action, outcome`);
  const [unassigned] = await one<{ count: number }>(sql`
    select count(*)::int as count from kustodia.unassigned_deposit`);
  const deliveries = await one<{ id: number; pending: number; abandoned: number; oldest: number | null }>(sql`
    select endpoint.id, count(*) filter (where delivery.state = 'pending')::int as pending,
      count(*) filter (where delivery.state = 'abandoned')::int as abandoned,
      ${age("min(delivery.created_at) filter (where delivery.state = 'pending')")} as oldest
    from kustodia.webhook_endpoint endpoint
    left join kustodia.outgoing_delivery delivery on delivery.endpoint_id = endpoint.id and delivery.state <> 'delivered'
    group by endpoint.id`);
  const [switches] = await one<{ disabled: number; pulls: number }>(sql`
    select (select count(*)::int from kustodia.webhook_endpoint where disabled_why in ('gone', 'failing')) as disabled,
      (select count(*)::int from kustodia.kill_switch where lifted_at is null) as pulls`);
  const runs = await one<{ process: string; since: number }>(sql`
    select process, ${age("max(finished_at)")} as since from kustodia.process_run
    where finished_at is not null and error is null group by process`);
  const [reading] = await one<{ since: number | null }>(sql`
    select ${age("max(started_at)")} as since from kustodia.bank_reading`);
  return {
    legs: counts,
    waits: waits.map(({ oldest, median, ...leg }) => ({ ...leg, oldestS: oldest, medianS: median })),
    oldestDueS: due?.oldest ?? null,
    openAttempts: attempts.map(({ oldest, ...attempt }) => ({ ...attempt, oldestS: oldest })),
    money: await readMoney(db),
    unassignedDeposits: unassigned?.count ?? 0,
    deliveries: deliveries.map(({ id, oldest, ...counts }) => ({ endpointId: id, ...counts, oldestS: oldest ?? 0 })),
    endpointsDisabled: switches?.disabled ?? 0,
    openPulls: switches?.pulls ?? 0,
    processes: runs.map(({ process, since }) => ({ process, sinceSuccessS: since })),
    bankReadingS: reading?.since ?? null,
  };
}
