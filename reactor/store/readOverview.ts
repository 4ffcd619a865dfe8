import { sql } from "drizzle-orm";
import { type AnyState, type LegKind, tables } from "../payments/leg.ts";
import { type Balance, balancesAt } from "./balancesAt.ts";
import { countPayments, type PaymentCount } from "./countPayments.ts";
import type { Queryable } from "./database.ts";
import { oldestReadingMs } from "./saveBankReading.ts";

/** What an operator wants to know at one look. */
export type Overview = Readonly<{
  payments: readonly PaymentCount[];
  money: readonly Balance[];
  late: readonly LateLeg[];
  /** How many things wait for a person, by what they are. */
  waiting: Readonly<Record<"review" | "disputes" | "unassigned" | "breaks" | "plans" | "alerts", number>>;
  bankReadAtMs: number | null;
}>;

/** A leg whose time is nearly over, or at which nobody has looked when it was due. */
export type LateLeg = Readonly<{ paymentId: number; kind: LegKind; state: AnyState; deadlineAtMs: number | null }>;

/** A deadline is worth a look before it has passed. */
const SOON_MINUTES = 15;
/** A due leg is looked at within seconds; after this nobody does. */
const FORGOTTEN_MINUTES = 5;
const MOST_LATE = 20;

/** By its kind too, as the index has it. */
const IN_REVIEW = sql.join(
  Object.keys(tables).map((kind) => sql`(${kind}, 'review')`),
  sql`, `,
);

export async function readOverview(db: Queryable): Promise<Overview> {
  // A deposit that does not come expires by itself: nobody is late with it but the buyer.
  const { rows: late } = await db.execute<{
    payment: number;
    kind: LegKind;
    state: AnyState;
    deadline: number | null;
  }>(sql`
    select payment_id as payment, kind, state, (extract(epoch from deadline_at) * 1000)::float8 as deadline
    from kustodia.leg
    where due_at is not null and state not in ('review', 'awaiting')
      and (deadline_at < now() + make_interval(mins => ${SOON_MINUTES})
        or due_at < now() - make_interval(mins => ${FORGOTTEN_MINUTES}))
    order by deadline_at limit ${MOST_LATE}`);
  const { rows: counts } = await db.execute<Overview["waiting"]>(sql`
    select (select count(*)::int from kustodia.leg where (kind, state) in (${IN_REVIEW})) as review,
      (select count(*)::int from kustodia.leg where kind = 'custody' and state = 'disputed') as disputes,
      (select count(*)::int from kustodia.unassigned_deposit) as unassigned,
      (select count(*)::int from kustodia.break where state <> 'closed') as breaks,
      (select count(*)::int from kustodia.plan where confirmed_at is null and expires_at > clock_timestamp()) as plans,
      (select count(*)::int from kustodia.alert where closed_at is null and acknowledged_at is null) as alerts`);
  const [waiting] = counts;
  if (waiting === undefined) throw new Error("Counting answered nothing.");
  return {
    payments: await countPayments(db),
    money: await balancesAt(db, null),
    late: late.map(({ payment, deadline, ...leg }) => ({ paymentId: payment, ...leg, deadlineAtMs: deadline })),
    waiting,
    bankReadAtMs: await oldestReadingMs(db),
  };
}
