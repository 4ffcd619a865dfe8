import { sql } from "drizzle-orm";
import type { PaymentStatus } from "../payments/status.ts";
import type { Database, Queryable } from "./database.ts";
import { PAID_OUT } from "./schema/index.ts";

/**
 * `deposit`: it came to the customer's CLABE. `payout`, `fee`, `return`: it left for the beneficiary, as a commission, back
 * to whoever sent it. `payout_returned`: the beneficiary's bank sent it back. `from_another`, `to_another`: a person gave a deposit of one customer's CLABE to another's payment.
 */
export const STATEMENT_KINDS = [
  "deposit",
  "payout",
  "fee",
  "return",
  "payout_returned",
  "from_another",
  "to_another",
] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

export type StatementLine = Readonly<{
  atMs: number;
  kind: StatementKind;
  /** Above zero what came, below what went. */
  centavos: bigint;
  /** Held for the customer from then on. */
  balanceCentavos: bigint;
  /** The payment that it is of now; null for what waits for an owner. */
  payment: Readonly<{ id: number; status: PaymentStatus }> | null;
  issuanceId: string | null;
  redemptionId: string | null;
  /** As the bank gave it; null where it gave none. */
  claveRastreo: string | null;
}>;

export type Statement = Readonly<{ openingCentavos: bigint; lines: readonly StatementLine[]; closingCentavos: bigint }>;

type Span = Readonly<{ afterMs: number; throughMs: number }>;

/** All that came and went for one customer, after the span's first moment and up to its last one (unix ms). */
export async function readStatement(db: Database, customer: Readonly<{ id: string }>, span: Span): Promise<Statement> {
  const [openingCentavos, rows] = await db.transaction(
    async (tx) => [await sumThrough(tx, customer, span.afterMs), await readRows(tx, customer, span)] as const,
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
  let balanceCentavos = openingCentavos;
  const lines = rows.map((row): StatementLine => {
    const centavos = BigInt(row.centavos);
    balanceCentavos += centavos;
    const payment = row.payment === null || row.status === null ? null : { id: row.payment, status: row.status };
    const { kind, ms: atMs, issuance: issuanceId, redemption: redemptionId, clave: claveRastreo } = row;
    return { atMs, kind, centavos, balanceCentavos, payment, issuanceId, redemptionId, claveRastreo };
  });
  return { openingCentavos, lines, closingCentavos: balanceCentavos };
}

type Row = {
  ms: number;
  kind: StatementKind;
  centavos: string;
  payment: number | null;
  status: PaymentStatus | null;
  issuance: string | null;
  redemption: string | null;
  clave: string | null;
};

/** All that customers have and had. */
const CLABES = sql`(select deposit_clabe as clabe, id from kustodia.customer
  union all select clabe, customer_id from kustodia.former_clabe)`;

/**
 * The movements by which money becomes a customer's, or is it no more. In suspense it is whose CLABE it came to; on its way
 * through our places it is whose payment it is of.
 */
const moved = ({ id }: Readonly<{ id: string }>) => sql`
  select known.*, case when taker = ${id} then amount_centavos else -amount_centavos end as centavos from (
    select movement.*, own.payment_id, own.carried,
      (select max(posted_at) from kustodia.entry where transfer_id = movement.id) as posted_at,
      case when from_place = 'buyer' or from_place = any(${sql.param(PAID_OUT)}::text[]) then null
        when from_place = 'suspense' then sender.id else owner.customer_id end as giver,
      case when to_place = 'buyer' or to_place = any(${sql.param(PAID_OUT)}::text[]) then null
        when to_place = 'suspense' then sender.id else owner.customer_id end as taker
    from kustodia.transfer movement
      left join kustodia.leg own on own.id = movement.leg_id
      left join kustodia.payment owner on owner.id = own.payment_id
      left join kustodia.bank_transaction issued on issued.id = movement.issuance_id
      left join ${CLABES} sender on sender.clabe = issued.receiver_clabe
    where movement.state = 'posted' and movement.id in (
      select id from kustodia.transfer where leg_id in (select leg.id from kustodia.leg
        join kustodia.payment on payment.id = leg.payment_id where payment.deposit_clabe in (select clabe from ${CLABES} theirs where theirs.id = ${id}))
      union
      select id from kustodia.transfer where issuance_id in (select issued.id from kustodia.bank_transaction issued
        where issued.receiver_clabe in (select clabe from ${CLABES} theirs where theirs.id = ${id})))
  ) known where giver is distinct from taker and ${id} in (giver, taker)`;

const at = (ms: number) => sql`${new Date(ms).toISOString()}::timestamptz`;

async function sumThrough(tx: Queryable, customer: Parameters<typeof moved>[0], ms: number): Promise<bigint> {
  const { rows } = await tx.execute<{ centavos: string }>(
    sql`select coalesce(sum(centavos), 0)::text as centavos from (${moved(customer)}) line where posted_at <= ${at(ms)}`,
  );
  return BigInt(rows[0]?.centavos ?? 0);
}

async function readRows(tx: Queryable, customer: Parameters<typeof moved>[0], span: Span): Promise<readonly Row[]> {
  const { rows } = await tx.execute<Row>(sql`
    select (extract(epoch from line.posted_at) * 1000)::float8 as ms, centavos::text,
      case when giver is null and from_place = 'buyer' then 'deposit' when giver is null then 'payout_returned'
        when taker is not null and taker = ${customer.id} then 'from_another'
        when taker is not null then 'to_another' when to_place = 'fees' then 'fee'
        when to_place = 'beneficiary' then 'payout' else 'return' end as kind,
      owner.id as payment, owner.status, issuance_id as issuance, line.carried ->> 'redemptionId' as redemption,
      (select clave_rastreo from kustodia.spei_deposit spei join kustodia.claim seen
        on seen.source = 'spei_deposit' and seen.outside_id = spei.fid and seen.freed_at is null
        where seen.leg_id = coalesce(line.leg_id, issued.leg_id) limit 1) as clave
    from (${moved(customer)}) line
      left join kustodia.claim issued
        on issued.source = 'issuance' and issued.outside_id = line.issuance_id and issued.freed_at is null
      left join kustodia.leg taken on taken.id = issued.leg_id
      left join kustodia.payment owner on owner.id = coalesce(line.payment_id, taken.payment_id)
    where posted_at > ${at(span.afterMs)} and posted_at <= ${at(span.throughMs)}
    order by posted_at, line.id`);
  return rows;
}
