import { eq, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { payment } from "./schema/index.ts";

/** Writes when a payment's custody ends, unix ms. The caller holds its custody leg, which alone acts by it. */
export async function setCustodyEnd(tx: Queryable, paymentId: number, custodyEndMs: number): Promise<void> {
  await tx.update(payment).set({ custodyEndMs, updatedAtMs: sql`now()` }).where(eq(payment.id, paymentId));
}
