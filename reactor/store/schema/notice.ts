import { sql } from "drizzle-orm";
import { check, index, integer, text, unique } from "drizzle-orm/pg-core";
import { kustodia, moment } from "./columns.ts";
import { payment } from "./payment.ts";

/**
 * One mail to a payment's buyer or seller, written with the event that it tells: neither is there without the other. The
 * address is not in it: it stands where it can be erased.
 */
export const notice = kustodia.table(
  "notice",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    paymentId: integer("payment_id")
      .notNull()
      .references(() => payment.id),
    audience: text("audience").$type<"buyer" | "seller">().notNull(),
    /** No foreign key, as with a delivery: an event is for ever. */
    eventId: integer("event_id").notNull(),
    state: text("state").$type<"pending" | "sent" | "abandoned">().notNull().default("pending"),
    attempts: integer("attempts").notNull().default(0),
    dueAtMs: moment("due_at").notNull().default(sql`now()`),
    leaseUntilMs: moment("lease_until"),
    /** Why the last try failed, without a word of the mail server's: it may quote the address. */
    lastError: text("last_error"),
    createdAtMs: moment("created_at").notNull().default(sql`now()`),
    sentAtMs: moment("sent_at"),
  },
  (table) => [
    unique("noticed_once").on(table.eventId, table.audience),
    index("notice_due").on(table.dueAtMs).where(sql`${table.state} = 'pending'`),
    index("notice_by_payment").on(table.paymentId),
    check("notice_audience", sql`${table.audience} in ('buyer', 'seller')`),
    check("notice_sent_has_its_time", sql`(${table.state} = 'sent') = (${table.sentAtMs} is not null)`),
  ],
);
