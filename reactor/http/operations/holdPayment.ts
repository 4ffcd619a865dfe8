import { z } from "@hono/zod-openapi";
import { setHeld } from "../../store/holds.ts";
import { Problem } from "../Problem.ts";
import { recordOf } from "./legPlan.ts";
import { type Operation, operation, planOf } from "./plan.ts";

/** Stops one payment in custody and before its SPEI, or lets it go on in its order. */
function holding(name: string, held: boolean, words: { es: string; en: string }): Operation {
  return operation({
    request: z.object({ paymentId: z.number() }),
    async draw({ db }, { paymentId }) {
      const { payment } = await recordOf(db, paymentId);
      if (payment.held === held) throw new Problem("already_decided");
      const named = { es: `Pago ${paymentId}: ${words.es}`, en: `Payment ${paymentId}: ${words.en}` };
      return { ...planOf(name, 1, named), payment_id: paymentId };
    },
    async perform(_ports, tx, { paymentId }) {
      if (!(await setHeld(tx, paymentId, held))) throw new Problem("plan_changed");
      return [];
    },
  });
}

export const holdPayment = holding("hold_payment", true, {
  es: "se retiene: ni se libera ni se paga",
  en: "is held: neither released nor paid out",
});
export const releaseHold = holding("release_hold", false, { es: "deja de estar retenido", en: "is held no more" });
