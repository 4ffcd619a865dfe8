import { sql } from "drizzle-orm";
import { boolean, check, index, integer, text, unique } from "drizzle-orm/pg-core";
import type { AnyEventType } from "../../payments/words.ts";
import { kustodia, moment } from "./columns.ts";

/** Where our events are told, by signed webhooks. */
export const webhookEndpoint = kustodia.table(
  "webhook_endpoint",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    url: text("url").notNull(),
    /** Null: every event. */
    eventTypes: text("event_types").array().$type<AnyEventType[]>(),
    /** In clear, since each delivery is signed with it. Whoever reads this table can sign as we do. */
    secret: text("secret").notNull(),
    /** The one before, with which deliveries are signed too until the receiver has taken the new one up. */
    previousSecret: text("previous_secret"),
    previousSecretUntilMs: moment("previous_secret_until"),
    enabled: boolean("enabled").notNull().default(true),
    disabledWhy: text("disabled_why").$type<"person" | "gone" | "failing" | "removed">(),
    /** Since when nothing was accepted; null after an acceptance. */
    failingSinceMs: moment("failing_since"),
    /** Failed deliveries in a row, of whatever payment. */
    failures: integer("failures").notNull().default(0),
    pausedUntilMs: moment("paused_until"),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
  },
  (table) => [check("disabled_has_a_reason", sql`${table.enabled} = (${table.disabledWhy} is null)`)],
);

/** One event for one endpoint, written with the event itself: neither is there without the other. */
export const outgoingDelivery = kustodia.table(
  "outgoing_delivery",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    endpointId: integer("endpoint_id")
      .notNull()
      .references(() => webhookEndpoint.id),
    /** No foreign key: an event is for ever, so there is nothing to guard, and making one would lock the history. */
    eventId: integer("event_id").notNull(),
    /** The payment's number, 0 for the system's own events. Within a queue one goes after the other, by event. */
    queue: integer("queue").notNull(),
    state: text("state").$type<"pending" | "delivered" | "abandoned">().notNull().default("pending"),
    attempts: integer("attempts").notNull().default(0),
    dueAtMs: moment("due_at").notNull().default(sql`now()`),
    leaseUntilMs: moment("lease_until"),
    firstTriedAtMs: moment("first_tried_at"),
    lastTriedAtMs: moment("last_tried_at"),
    /** What the last try was answered; null where no answer came, and then why. */
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
  },
  (table) => [
    unique("delivered_once_to_each").on(table.endpointId, table.eventId),
    index("outgoing_delivery_by_endpoint").on(table.endpointId, table.id),
    index("outgoing_delivery_not_accepted").on(table.state, table.id).where(sql`${table.state} <> 'delivered'`),
    index("outgoing_delivery_due").on(table.endpointId, table.dueAtMs).where(sql`${table.state} = 'pending'`),
    index("outgoing_delivery_queue")
      .on(table.endpointId, table.queue, table.eventId)
      .where(sql`${table.state} = 'pending'`),
  ],
);
