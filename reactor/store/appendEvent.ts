import { sql } from "drizzle-orm";
import { NOTICED } from "../payments/noticeWords.ts";
import type { AnyEventType } from "../payments/words.ts";
import { recorded } from "../payments/words.ts";
import type { Queryable } from "./database.ts";
import type { event } from "./schema/index.ts";

export type NewEvent = Readonly<{
  paymentId: number | null;
  legId: number | null;
  type: AnyEventType;
  /** No names and no whole CLABEs: events are for ever. */
  data: Readonly<Record<string, string>>;
  actor: string;
}>;

export type StoredEvent = Omit<typeof event.$inferSelect, "xact">;

/**
 * Appends events in the people's words, and with each, in the same statement, a delivery for every webhook endpoint that
 * asks for its type, and a mail to the buyer and the seller who want one (of a commission none, of a link its audience
 * alone): neither is ever there without the other.
 * @returns them as stored, in order, for the console.
 */
export async function appendEvents(tx: Queryable, events: readonly NewEvent[]): Promise<readonly StoredEvent[]> {
  if (events.length === 0) return [];
  const worded = events.map((one) => ({ ...one, ...recorded(one.type, one.data) }));
  // However many they are, they are one parameter of one text: Postgres plans it once.
  const { rows } = await tx.execute<{ id: string; ms: string }>(sql`
    with stored as (
      insert into kustodia.event (payment_id, leg_id, type, es, en, data, actor)
      select "paymentId", "legId", type, es, en, data, actor
      from rows from (jsonb_to_recordset(${JSON.stringify(worded)}::jsonb)
        as ("paymentId" int, "legId" int, type text, es text, en text, data jsonb, actor text)) with ordinality given
      order by ordinality
      returning id, payment_id, leg_id, type, data, at
    ), delivered as (
      insert into kustodia.outgoing_delivery (endpoint_id, event_id, queue)
      select endpoint.id, stored.id, coalesce(stored.payment_id, 0)
      from stored join kustodia.webhook_endpoint endpoint
        on endpoint.enabled and (endpoint.event_types is null or stored.type = any(endpoint.event_types))
    )${events.some(isNoticed) ? NOTICES : sql``}
    select id::text, floor(extract(epoch from at) * 1000)::text as ms from stored order by stored.id`);
  return worded.map((one, nth) => {
    const stored = rows[nth];
    if (stored === undefined) throw new Error(`The event ${one.type} was not stored.`);
    return { ...one, id: Number(stored.id), atMs: Number(stored.ms) };
  });
}

const NOTICES = sql`, noticed as (
      insert into kustodia.notice (payment_id, audience, event_id)
      select stored.payment_id, told.audience, stored.id
      from stored join kustodia.party on party.payment_id = stored.payment_id
        cross join lateral (values ('buyer', party.payer_email), ('seller', party.recipient_email)) told (audience, email)
        left join kustodia.leg on leg.id = stored.leg_id
      where told.email is not null and (stored.type <> 'enlace_por_correo' or stored.data ->> 'audience' = told.audience)
        and stored.type = any(${sql.param([...NOTICED])})
        and (leg.payee is null or leg.payee in ('seller', 'buyer'))
    )`;

/** The events of many, appended together. @returns each one's own. */
export async function appendEventsOf(
  tx: Queryable,
  calls: readonly (readonly [events: readonly NewEvent[]])[],
): Promise<readonly (readonly StoredEvent[])[]> {
  // Numbered in the order of the values.
  const stored = await appendEvents(
    tx,
    calls.flatMap(([events]) => events),
  );
  const ends: number[] = [];
  for (const [events] of calls) ends.push((ends.at(-1) ?? 0) + events.length);
  return calls.map(([events], nth) => stored.slice((ends[nth] ?? 0) - events.length, ends[nth]));
}

const isNoticed = ({ type }: NewEvent) => NOTICED.some((noticed) => noticed === type);
