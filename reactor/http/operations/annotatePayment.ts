import { z } from "@hono/zod-openapi";
import { recordOf } from "./legPlan.ts";
import { operation, planOf } from "./plan.ts";

/**
 * Writes into a payment's history what somebody found out or was told, such as while its dispute is open. The reason is
 * the note; nothing moves, and what others plan meanwhile stays as it is.
 */
export const annotatePayment = operation({
  request: z.object({ paymentId: z.number() }),
  async draw({ db }, { paymentId }) {
    await recordOf(db, paymentId);
    const words = { es: `Pago ${paymentId}: se anota`, en: `Payment ${paymentId}: a note` };
    return { ...planOf("annotate_payment", 1, words), payment_id: paymentId };
  },
  perform: async () => [],
});
