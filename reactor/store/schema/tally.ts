import { bigint, integer, numeric, text } from "drizzle-orm/pg-core";
import type { PaymentStatus } from "../../payments/status.ts";
import { kustodia } from "./columns.ts";

/**
 * Payments by status, as what each statement changed of them: the database itself writes it when payments are stored or
 * change, and it is added up each minute (countPayments.ts). One row for each status would be what all payments wait for.
 */
export const paymentTally = kustodia.table("payment_tally", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  status: text("status").$type<PaymentStatus>().notNull(),
  payments: integer("payments").notNull(),
  centavos: numeric("centavos").notNull(),
});
