import { sql } from "drizzle-orm";
import type { StoredEvent } from "./appendEvent.ts";
import type { ClaimedDelivery } from "./claimDelivery.ts";
import type { Queryable } from "./database.ts";
import { disableEndpoint } from "./webhookEndpoints.ts";

/** After so many failures in a row, of whatever payment, the endpoint rests between single tries. */
const FAILURES_BEFORE_REST = 10;
/** It rests this much longer with each failure, up to the longest: a dead endpoint costs next to nothing. */
const REST_SECONDS = 5;
const LONGEST_REST_SECONDS = 300;

/** What a try came to. Whatever is not an acceptance is tried again after `retryInMs`; null: it was the last. */
export type Tried = Readonly<
  | { accepted: true; status: number }
  | { accepted: false; status: number | null; error: string; retryInMs: number | null }
>;

/** HTTP 410: the receiver says that it will never accept anything again (Standard Webhooks, "Gone"). */
const GONE = 410;

/**
 * Saves what a try came to, unless somebody else has saved one since it was claimed. An endpoint that says it is gone is
 * disabled; so is one that has accepted nothing at all for as long as one delivery was tried.
 * @returns the events to show.
 */
export async function saveDelivery(
  tx: Queryable,
  { id, attempts, endpointId }: ClaimedDelivery,
  tried: Tried,
): Promise<readonly StoredEvent[]> {
  const retryS = tried.accepted || tried.retryInMs === null ? null : tried.retryInMs / 1_000;
  const state = tried.accepted ? "delivered" : retryS === null ? "abandoned" : "pending";
  const { rows } = await tx.execute<{ first_tried_at: Date }>(sql`
    update kustodia.outgoing_delivery
    set state = ${state}, attempts = attempts + 1, lease_until = null, last_status = ${tried.status},
      last_error = ${tried.accepted ? null : tried.error}, last_tried_at = now(),
      first_tried_at = coalesce(first_tried_at, now()),
      due_at = now() + make_interval(secs => ${retryS ?? 0})
    where id = ${id} and attempts = ${attempts} and state = 'pending'
    returning first_tried_at`);
  if (rows.length === 0) return [];
  if (tried.accepted) {
    await tx.execute(sql`update kustodia.webhook_endpoint
      set failures = 0, failing_since = null, paused_until = null where id = ${endpointId} and failures > 0`);
    return [];
  }
  await tx.execute(sql`
    update kustodia.webhook_endpoint
    set failures = failures + 1, failing_since = coalesce(failing_since, now()),
      paused_until = case when failures + 1 >= ${FAILURES_BEFORE_REST}
        then now() + make_interval(secs => least((failures + 1) * ${REST_SECONDS}, ${LONGEST_REST_SECONDS})) end
    where id = ${endpointId}`);
  if (tried.status === GONE) return disableEndpoint(tx, endpointId, "gone");
  if (state !== "abandoned") return [];
  const { rows: dead } = await tx.execute(sql`
    select from kustodia.webhook_endpoint endpoint join kustodia.outgoing_delivery delivery on delivery.id = ${id}
    where endpoint.id = ${endpointId} and endpoint.failing_since <= delivery.first_tried_at`);
  return dead.length > 0 ? disableEndpoint(tx, endpointId, "failing") : [];
}

/** Gives back a delivery that was not tried to the end, because this reactor stops. */
export async function releaseDelivery(db: Queryable, { id, attempts }: ClaimedDelivery): Promise<void> {
  await db.execute(sql`update kustodia.outgoing_delivery set lease_until = null
    where id = ${id} and attempts = ${attempts} and state = 'pending'`);
}
