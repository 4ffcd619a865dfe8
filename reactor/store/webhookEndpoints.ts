import { asc, eq, sql } from "drizzle-orm";
import type { AnyEventType } from "../payments/words.ts";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import { webhookEndpoint } from "./schema/index.ts";

export type WebhookEndpoint = typeof webhookEndpoint.$inferSelect;

/** An endpoint as it is now, and the events that say so; their data has the host and not the path, which may be secret. */
export type EndpointChange = Readonly<{ endpoint: WebhookEndpoint; events: readonly StoredEvent[] }>;

type EndpointEvent = Extract<AnyEventType, `webhook_${string}`>;

export async function listEndpoints(db: Queryable): Promise<readonly WebhookEndpoint[]> {
  return db.select().from(webhookEndpoint).orderBy(asc(webhookEndpoint.id));
}

/** An endpoint, held until the transaction ends; null when there is none of this number. */
export async function lockEndpoint(tx: Queryable, id: number): Promise<WebhookEndpoint | null> {
  const [known] = await tx.select().from(webhookEndpoint).where(eq(webhookEndpoint.id, id)).for("update");
  return known ?? null;
}

export async function addEndpoint(
  tx: Queryable,
  { url, eventTypes, secret, actor }: Pick<WebhookEndpoint, "url" | "eventTypes" | "secret"> & { actor: string },
): Promise<EndpointChange> {
  const [added] = await tx.insert(webhookEndpoint).values({ url, eventTypes, secret }).returning();
  if (added === undefined) throw new Error("The webhook endpoint was not stored.");
  return { endpoint: added, events: await tellChange(tx, added, "webhook_registrado", actor) };
}

/**
 * Changes what was given. Enabling begins anew: past failures are forgotten, and what waits is due.
 * @returns null when there is no such endpoint.
 */
export async function changeEndpoint(
  tx: Queryable,
  id: number,
  change: Partial<Pick<WebhookEndpoint, "url" | "eventTypes" | "enabled">>,
  actor: string,
): Promise<EndpointChange | null> {
  const { enabled } = change;
  const anew = { disabledWhy: null, failures: 0, failingSinceMs: null, pausedUntilMs: null };
  const [changed] = await tx
    .update(webhookEndpoint)
    .set({ ...change, ...(enabled === true && anew), ...(enabled === false && { disabledWhy: "person" as const }) })
    .where(eq(webhookEndpoint.id, id))
    .returning();
  if (changed === undefined) return null;
  return { endpoint: changed, events: await tellChange(tx, changed, "webhook_cambiado", actor) };
}

/**
 * Gives an endpoint another secret. For `overlapHours` its deliveries carry the signatures of both.
 * @returns null when there is no such endpoint.
 */
export async function rotateSecret(
  tx: Queryable,
  id: number,
  { secret, overlapHours, actor }: { secret: string; overlapHours: number; actor: string },
): Promise<EndpointChange | null> {
  const [rotated] = await tx
    .update(webhookEndpoint)
    .set({
      secret,
      previousSecret: sql`${webhookEndpoint.secret}`,
      previousSecretUntilMs: sql`now() + make_interval(hours => ${overlapHours})`,
    })
    .where(eq(webhookEndpoint.id, id))
    .returning();
  if (rotated === undefined) return null;
  return { endpoint: rotated, events: await tellChange(tx, rotated, "webhook_secreto_cambiado", actor) };
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
  return disabled ? tellChange(tx, disabled, "webhook_desactivado", "kustodia") : [];
}

/** Tells what somebody did to an endpoint. @param more that the event's words need. */
export async function tellChange(
  tx: Queryable,
  { id, url }: Pick<WebhookEndpoint, "id" | "url">,
  type: EndpointEvent,
  actor: string,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly StoredEvent[]> {
  const data = { endpoint: String(id), host: new URL(url).host, ...more };
  return appendEvents(tx, [{ paymentId: null, legId: null, type, data, actor }]);
}
