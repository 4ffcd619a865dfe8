import { sql } from "drizzle-orm";
import { bigint, check, index, integer, text } from "drizzle-orm/pg-core";
import { kustodia, moment } from "./columns.ts";
import { leg, payoutAccount } from "./payment.ts";

/**
 * Each answer to "may this be paid to this account?": the configured check's, or that of two persons who stand for what it
 * refused. It counts for this account, amount and generation and no other, so that a corrected account is asked about anew.
 */
export const screening = kustodia.table(
  "screening",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    legId: integer("leg_id")
      .notNull()
      .references(() => leg.id),
    accountId: integer("account_id")
      .notNull()
      .references(() => payoutAccount.id),
    generation: integer("generation").notNull(),
    amountCentavos: bigint("amount_centavos", { mode: "bigint" }).notNull(),
    /** `unknown`: no answer, or none that we understand. It lets nothing go. */
    verdict: text("verdict").$type<"clear" | "hold" | "refuse" | "unknown">().notNull(),
    /** The checker's own name for the case; it names nobody. */
    reference: text("reference"),
    /** In the checker's words, or why its answer is unknown: free text, erased with the payment's names. */
    reason: text("reason"),
    /** The checker's host, or who stands for it. */
    answeredBy: text("answered_by").notNull(),
    answeredAtMs: moment("answered_at").notNull().default(sql`clock_timestamp()`),
    /** When it is asked again by itself, and until when a `clear` counts; null: not before somebody changes something. */
    askAgainAtMs: moment("ask_again_at"),
  },
  (table) => [
    index("screening_by_leg").on(table.legId, table.id),
    check("screening_verdict", sql`${table.verdict} in ('clear', 'hold', 'refuse', 'unknown')`),
  ],
);
