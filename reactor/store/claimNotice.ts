import { sql } from "drizzle-orm";
import type { NOTICED } from "../payments/noticeWords.ts";
import type { Payee } from "../payments/payee.ts";
import type { Queryable } from "./database.ts";

/** Longer than a try may take: whoever still holds a notice after it has died, and another sends it. */
const LEASE_SECONDS = 60;
/** What is older is no news any more, such as all that was written before a mail server was configured. */
const STALE_DAYS = 3;

/** A mail that is this reactor's to send now, with all that writing it needs. */
export type ClaimedNotice = Readonly<{
  id: number;
  /** Tries before this one: what is saved of this one is saved only if they are still as many. */
  attempts: number;
  paymentId: number;
  audience: "buyer" | "seller";
  /** Null where it was erased meanwhile. */
  email: string | null;
  type: (typeof NOTICED)[number];
  /** Whom the payout was for, of an event of a payout. */
  payee: Payee | null;
  /** Of the event itself, as it was told; null where it has none. */
  amount: string | null;
  amountCentavos: bigint;
  custodyEndMs: number;
  /** Whether its link may approve an end of custody before its time. */
  approves: boolean;
  stale: boolean;
}>;

/** Takes one due mail under a lease. @returns null when there is none now. */
export async function claimNotice(db: Queryable): Promise<ClaimedNotice | null> {
  const { rows } = await db.execute<NoticeRow>(sql`
    with next as (
      select id from kustodia.notice
      where state = 'pending' and due_at <= now() and (lease_until is null or lease_until < now())
      order by due_at, id limit 1
      for update skip locked
    )
    update kustodia.notice notice
    set lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    from next, kustodia.event event, kustodia.payment payment
    left join kustodia.party party on party.payment_id = payment.id
    where notice.id = next.id and event.id = notice.event_id and payment.id = notice.payment_id
    returning notice.id, notice.attempts, notice.payment_id, notice.audience, event.type,
      (select leg.payee from kustodia.leg leg where leg.id = event.leg_id) as payee, event.data ->> 'amount' as amount,
      case notice.audience when 'buyer' then party.payer_email else party.recipient_email end as email,
      payment.amount_centavos::text, extract(epoch from payment.custody_end) * 1000 as custody_end_ms,
      payment.release_by = 'both_approvals' as approves,
      notice.created_at < now() - make_interval(days => ${STALE_DAYS}) as stale`);
  const [row] = rows;
  if (row === undefined) return null;
  const { id, attempts, payment_id: paymentId, audience, email, type, payee, amount, approves, stale } = row;
  return {
    ...{ id, attempts, paymentId, audience, email, type, payee, amount, approves, stale },
    amountCentavos: BigInt(row.amount_centavos),
    custodyEndMs: Math.trunc(Number(row.custody_end_ms)),
  };
}

type NoticeRow = {
  id: number;
  attempts: number;
  payment_id: number;
  audience: "buyer" | "seller";
  email: string | null;
  type: (typeof NOTICED)[number];
  payee: Payee | null;
  amount: string | null;
  amount_centavos: string;
  custody_end_ms: string;
  approves: boolean;
  stale: boolean;
};
