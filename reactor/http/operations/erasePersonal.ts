import { z } from "@hono/zod-openapi";
import { isOver } from "../../payments/leg.ts";
import { ENDED_STATUSES } from "../../payments/status.ts";
import { databaseNowMs } from "../../store/databaseNowMs.ts";
import { erasePersonal as erase } from "../../store/erasePersonal.ts";
import { Problem } from "../Problem.ts";
import { recordOf } from "./legPlan.ts";
import { operation, planOf } from "./plan.ts";

const DAY_MS = 86_400_000;

/** Erases the personal data of a payment that ended longer ago than they must be kept. Its books and its history stay whole. */
export const erasePersonal = operation({
  request: z.object({ paymentId: z.number() }),
  async draw({ db, eraseAfterMs }, { paymentId }) {
    const { payment, party, legs } = await recordOf(db, paymentId);
    if (party === null || party.erasedAtMs !== null) throw new Problem("already_decided");
    if (!ENDS.has(payment.status)) {
      throw new Problem("not_in_this_state", { facts: { state: payment.status, wanted: [...ENDS].join(", ") } });
    }
    const endedAtMs = Math.max(...legs.filter(isOver).map(({ enteredAtMs }) => enteredAtMs));
    if ((await databaseNowMs(db)) - endedAtMs < eraseAfterMs) {
      throw new Problem("kept_still", { facts: { days: String(eraseAfterMs / DAY_MS) } });
    }
    const words = {
      es: `Pago ${paymentId}: se borran para siempre los nombres, cuentas y textos de sus partes; los libros quedan`,
      en: `Payment ${paymentId}: the names, accounts and texts of its parties are erased for ever; the books stay`,
    };
    return { ...planOf("erase_personal_data", 2, words), payment_id: paymentId };
  },
  async perform(_ports, tx, { paymentId }) {
    if (!(await erase(tx, paymentId))) throw new Problem("plan_changed");
    return [];
  },
});

const ENDS: ReadonlySet<string> = new Set(ENDED_STATUSES);
