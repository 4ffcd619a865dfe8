import { sql } from "drizzle-orm";
import type { AnyEventType } from "../payments/words.ts";
import type { Queryable } from "./database.ts";

/** Longer than a try may take: whoever still holds a delivery after it has died, and another sends it again. */
const LEASE_SECONDS = 30;

/** A delivery that is this reactor's to send now, with all that sending it needs. */
export type ClaimedDelivery = Readonly<{
  id: number;
  /** Tries that were answered before this one: what is saved of this one is saved only if they are still as many. */
  attempts: number;
  endpointId: number;
  url: string;
  /** The newest first; more than one while a rotation overlaps. */
  secrets: readonly string[];
  event: Readonly<{
    id: number;
    type: AnyEventType;
    data: Readonly<Record<string, string>>;
    atMs: number;
    paymentId: number | null;
    externalId: string | null;
  }>;
}>;

/** Endpoints that something is to be sent to now. */
export async function endpointsWithWork(db: Queryable): Promise<readonly number[]> {
  const { rows } = await db.execute<{ id: number }>(sql`
    select id from kustodia.webhook_endpoint endpoint
    where enabled and (paused_until is null or paused_until <= now())
      and exists (select from kustodia.outgoing_delivery
        where endpoint_id = endpoint.id and state = 'pending' and due_at <= now()
          and (lease_until is null or lease_until < now()))`);
  return rows.map(({ id }) => id);
}

/**
 * Takes one due delivery of an endpoint under a lease. One that an earlier delivery of its payment still stands before is
 * not due. Events that are caused one by another are numbered in that order, because the first is committed when the
 * second is drawn; so what comes late with a lower number was never before.
 * @returns null when there is none now.
 */
export async function claimDelivery(db: Queryable, endpointId: number): Promise<ClaimedDelivery | null> {
  const { rows } = await db.execute<DeliveryRow>(sql`
    with next as (
      select waiting.id from kustodia.outgoing_delivery waiting
      join kustodia.webhook_endpoint endpoint on endpoint.id = waiting.endpoint_id
      where waiting.endpoint_id = ${endpointId} and waiting.state = 'pending' and waiting.due_at <= now()
        and (waiting.lease_until is null or waiting.lease_until < now())
        and endpoint.enabled and (endpoint.paused_until is null or endpoint.paused_until <= now())
        and not exists (select from kustodia.outgoing_delivery before
          where before.endpoint_id = waiting.endpoint_id and before.queue = waiting.queue
            and before.state = 'pending' and before.event_id < waiting.event_id)
      order by waiting.due_at, waiting.event_id limit 1
      for update of waiting skip locked
    )
    update kustodia.outgoing_delivery delivery
    set lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    from next, kustodia.webhook_endpoint endpoint, kustodia.event event
    left join kustodia.payment payment on payment.id = event.payment_id
    where delivery.id = next.id and endpoint.id = delivery.endpoint_id and event.id = delivery.event_id
    returning delivery.id, delivery.attempts, delivery.endpoint_id, endpoint.url, endpoint.secret,
      case when endpoint.previous_secret_until > now() then endpoint.previous_secret end as previous_secret,
      event.id as event_id, event.type, event.data, extract(epoch from event.at) * 1000 as at_ms, event.payment_id,
      payment.external_id`);
  const [row] = rows;
  if (row === undefined) return null;
  const { id, attempts, endpoint_id: endpointId_, url, secret, previous_secret } = row;
  const { event_id, type, data, at_ms, payment_id: paymentId, external_id: externalId } = row;
  const event = { id: event_id, type, data, atMs: Math.trunc(Number(at_ms)), paymentId, externalId };
  const secrets = previous_secret === null ? [secret] : [secret, previous_secret];
  return { id, attempts, endpointId: endpointId_, url, secrets, event };
}

type DeliveryRow = {
  id: number;
  attempts: number;
  endpoint_id: number;
  url: string;
  secret: string;
  previous_secret: string | null;
  event_id: number;
  type: AnyEventType;
  data: Record<string, string>;
  at_ms: string;
  payment_id: number | null;
  external_id: string | null;
};
