import { and, asc, eq, sql } from "drizzle-orm";
import type { AnyEventType } from "../payments/words.ts";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import { outgoingDelivery, webhookEndpoint } from "./schema/index.ts";

export type WebhookEndpoint = typeof webhookEndpoint.$inferSelect;

/** An endpoint as it is now, and the events that say so; their data has the host and not the path, which may be secret. */
export type EndpointChange = Readonly<{ endpoint: WebhookEndpoint; events: readonly StoredEvent[] }>;

type EndpointEvent = Extract<AnyEventType, `webhook_${string}`>;

/** Who did it to an endpoint, and why. */
export type By = Readonly<{ actor: string; reason: string }>;

/** One that was removed stays as a row, for its deliveries; nothing finds it any more. */
const notRemoved = sql`${webhookEndpoint.disabledWhy} is distinct from 'removed'`;
const inUse = (id: number) => and(eq(webhookEndpoint.id, id), notRemoved);

export async function listEndpoints(db: Queryable): Promise<readonly WebhookEndpoint[]> {
  return db.select().from(webhookEndpoint).where(notRemoved).orderBy(asc(webhookEndpoint.id));
}

/** @returns null when there is none of this number, or it was removed. */
export async function findEndpoint(db: Queryable, id: number): Promise<WebhookEndpoint | null> {
  const [known] = await db.select().from(webhookEndpoint).where(inUse(id));
  return known ?? null;
}

/** An endpoint, held until the transaction ends; null when there is none of this number. */
export async function lockEndpoint(tx: Queryable, id: number): Promise<WebhookEndpoint | null> {
  const [known] = await tx.select().from(webhookEndpoint).where(inUse(id)).for("update");
  return known ?? null;
}

export async function addEndpoint(
  tx: Queryable,
  { url, eventTypes, secret }: Pick<WebhookEndpoint, "url" | "eventTypes" | "secret">,
  by: By,
): Promise<EndpointChange> {
  const [added] = await tx.insert(webhookEndpoint).values({ url, eventTypes, secret }).returning();
  if (added === undefined) throw new Error("The webhook endpoint was not stored.");
  return { endpoint: added, events: await tellChange(tx, added, "webhook_registrado", by) };
}

/**
 * Changes what was given. Enabling begins anew: past failures are forgotten, and what waits is due.
 * @returns null when there is no such endpoint.
 */
export async function changeEndpoint(
  tx: Queryable,
  id: number,
  change: Partial<Pick<WebhookEndpoint, "url" | "eventTypes" | "enabled">>,
  by: By,
): Promise<EndpointChange | null> {
  const { enabled } = change;
  const anew = { disabledWhy: null, failures: 0, failingSinceMs: null, pausedUntilMs: null };
  const [changed] = await tx
    .update(webhookEndpoint)
    .set({ ...change, ...(enabled === true && anew), ...(enabled === false && { disabledWhy: "person" as const }) })
    .where(inUse(id))
    .returning();
  if (changed === undefined) return null;
  return { endpoint: changed, events: await tellChange(tx, changed, "webhook_cambiado", by) };
}

/**
 * Gives an endpoint another secret. For `overlapHours` its deliveries carry the signatures of both.
 * @returns null when there is no such endpoint.
 */
export async function rotateSecret(
  tx: Queryable,
  id: number,
  { secret, overlapHours }: { secret: string; overlapHours: number },
  by: By,
): Promise<EndpointChange | null> {
  const [rotated] = await tx
    .update(webhookEndpoint)
    .set({
      secret,
      previousSecret: sql`${webhookEndpoint.secret}`,
      previousSecretUntilMs: sql`now() + make_interval(hours => ${overlapHours})`,
    })
    .where(inUse(id))
    .returning();
  if (rotated === undefined) return null;
  return { endpoint: rotated, events: await tellChange(tx, rotated, "webhook_secreto_cambiado", by) };
}

/**
 * Removes an endpoint: nothing is told there any more, and its secrets and its URL's path, which may be one, are forgotten.
 * What was told there stays known.
 * @returns null when there is no such endpoint.
 */
export async function removeEndpoint(tx: Queryable, id: number, by: By): Promise<EndpointChange | null> {
  const known = await lockEndpoint(tx, id);
  if (known === null) return null;
  const [removed] = await tx
    .update(webhookEndpoint)
    .set({ enabled: false, disabledWhy: "removed", secret: "", previousSecret: null, url: new URL(known.url).origin })
    .where(eq(webhookEndpoint.id, id))
    .returning();
  if (removed === undefined) throw new Error("The webhook endpoint was not removed.");
  await tx
    .update(outgoingDelivery)
    .set({ state: "abandoned" })
    .where(and(eq(outgoingDelivery.endpointId, id), eq(outgoingDelivery.state, "pending")));
  return { endpoint: removed, events: await tellChange(tx, removed, "webhook_eliminado", by) };
}

/** Disables an endpoint that accepts nothing any more, and tells it, once. */
export async function disableEndpoint(
  tx: Queryable,
  id: number,
  why: "gone" | "failing",
): Promise<readonly StoredEvent[]> {
  const [disabled] = await tx
    .update(webhookEndpoint)
    .set({ enabled: false, disabledWhy: why })
    .where(sql`${webhookEndpoint.id} = ${id} and ${webhookEndpoint.enabled}`)
    .returning();
  return disabled ? tellChange(tx, disabled, "webhook_desactivado", { actor: "kustodia" }) : [];
}

/** Tells what somebody did to an endpoint, or the system, which has no reason but the event itself. @param more that the event's words need. */
export async function tellChange(
  tx: Queryable,
  { id, url }: Pick<WebhookEndpoint, "id" | "url">,
  type: EndpointEvent,
  { actor, reason }: Pick<By, "actor"> & Partial<By>,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly StoredEvent[]> {
  const data = { endpoint: String(id), host: new URL(url).host, ...(reason !== undefined && { reason }), ...more };
  return appendEvents(tx, [{ paymentId: null, legId: null, type, data, actor }]);
}
