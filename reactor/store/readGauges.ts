import { sql } from "drizzle-orm";
import type { LegKind } from "../payments/leg.ts";
import { type Balance, balancesAt } from "./balancesAt.ts";
import type { Queryable } from "./database.ts";
import { ACCOUNTS_IN_USE } from "./lanes.ts";
import { type MonthsMade, readMonthsMade } from "./months/readMonthsMade.ts";
import { NEWEST_READINGS } from "./saveBankReading.ts";
import { isGoingOn, leg } from "./schema/index.ts";

/** What of the stored is worth a look each quarter of a minute. Ages are seconds by the database's clock; null where nothing waits. */
export type Gauges = Readonly<{
  /** Legs that are not over, by state, and for how long they have been in it. */
  legs: readonly Readonly<{ kind: LegKind; state: string; count: number; oldestS: number; medianS: number }>[];
  /** How long the leg that is due longest has been due. */
  oldestDueS: number | null;
  openAttempts: readonly Readonly<{ action: string; outcome: "pending" | "unknown"; count: number; oldestS: number }>[];
  money: readonly Balance[];
  unassignedDeposits: number;
  deliveries: readonly Readonly<{ endpointId: number; pending: number; abandoned: number; oldestS: number }>[];
  endpointsDisabled: number;
  /** Of the mails to buyers and sellers that were tried and not accepted: how long the oldest has waited. */
  oldestNoticeS: number | null;
  /** How long the oldest payout has been ready that the check of names and sanctions has not cleared. */
  oldestUnscreenedS: number | null;
  openPulls: number;
  /** Plans that wait for their second person, and differences that nobody has explained. */
  openPlans: number;
  openBreaks: number;
  /** Seconds since each process last ended without an error. */
  processes: readonly Readonly<{ process: string; sinceSuccessS: number }>[];
  bankReadingS: number | null;
  months: MonthsMade;
}>;

const PROCESSES = ["deposits", "withdrawals", "custodies", "payouts", "sync"] as const;

/** Reads all gauges: what goes on and what waits, by an index each, so that no length of history makes it slow. */
export async function readGauges(db: Queryable): Promise<Gauges> {
  const one = async <Row extends Record<string, unknown>>(query: ReturnType<typeof sql>) => {
    const { rows } = await db.execute<Row>(query);
    return rows;
  };
  const age = (moment: string) => sql.raw(`extract(epoch from now() - ${moment})::float8`);
  const legs = await one<{ kind: LegKind; state: string; count: number; oldest: number; median: number }>(sql`
    select kind, state, count(*)::int as count, ${age("min(entered_at)")} as oldest,
      percentile_cont(0.5) within group (order by extract(epoch from now() - entered_at)) as median
    from ${leg} where ${isGoingOn(leg.state)} group by kind, state`);
  const [due] = await one<{ oldest: number | null }>(sql`
    select ${age("min(due_at)")} as oldest from kustodia.lane, lateral (
      select due_at from kustodia.leg
      where leg.lane = lane.name and due_at <= now() and state <> 'review' order by due_at, leg.id limit 1) first`);
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
    where endpoint.disabled_why is distinct from 'removed'
    group by endpoint.id`);
  const [open] = await one<{ disabled: number; pulls: number; plans: number; breaks: number }>(sql`
    select (select count(*)::int from kustodia.webhook_endpoint where disabled_why in ('gone', 'failing')) as disabled,
      (select count(*)::int from kustodia.kill_switch where lifted_at is null) as pulls,
      (select count(*)::int from kustodia.plan where confirmed_at is null and expires_at > clock_timestamp()) as plans,
      (select count(*)::int from kustodia.break where state <> 'closed') as breaks`);
  const [notice] = await one<{ oldest: number | null }>(sql`
    select ${age("min(created_at)")} as oldest from kustodia.notice where state = 'pending' and attempts > 0`);
  const [unscreened] = await one<{ oldest: number | null }>(sql`
    select ${age("min(entered_at)")} as oldest from kustodia.leg
    where kind = 'payout' and state = 'ready' and reason in ('unscreened', 'screening_hold')`);
  // Of each process the newest good run of each account in use, by its index, and of these the one that is longest ago.
  const runs = await one<{ process: string; since: number }>(sql`
    select name as process, ${age("min(finished_at)")} as since
    from unnest(${sql.param([...PROCESSES])}::text[]) as name cross join ${ACCOUNTS_IN_USE} used cross join lateral (
      select finished_at from kustodia.process_run
      where process = name and account = used.account and finished_at is not null and error is null
      order by id desc limit 1) as good
    group by name`);
  // Of the accounts in use the one that was read longest ago.
  const [reading] = await one<{ since: number | null }>(sql`
    select ${age("min(started_at)")} as since from ${NEWEST_READINGS} newest`);
  return {
    legs: legs.map(({ oldest, median, ...leg }) => ({ ...leg, oldestS: oldest, medianS: median })),
    oldestDueS: due?.oldest ?? null,
    openAttempts: attempts.map(({ oldest, ...attempt }) => ({ ...attempt, oldestS: oldest })),
    money: await balancesAt(db, null),
    unassignedDeposits: unassigned?.count ?? 0,
    deliveries: deliveries.map(({ id, oldest, ...counts }) => ({ endpointId: id, ...counts, oldestS: oldest ?? 0 })),
    endpointsDisabled: open?.disabled ?? 0,
    oldestNoticeS: notice?.oldest ?? null,
    oldestUnscreenedS: unscreened?.oldest ?? null,
    openPulls: open?.pulls ?? 0,
    openPlans: open?.plans ?? 0,
    openBreaks: open?.breaks ?? 0,
    processes: runs.map(({ process, since }) => ({ process, sinceSuccessS: since })),
    bankReadingS: reading?.since ?? null,
    months: await readMonthsMade(db),
  };
}
