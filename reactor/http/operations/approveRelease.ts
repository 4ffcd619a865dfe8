import { z } from "@hono/zod-openapi";
import { missingApprovals, ofParties, RELEASE_PARTIES } from "../../payments/releaseBy.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import { insertApproval } from "../../store/releaseApprovals.ts";
import { insertRuling } from "../../store/rulings.ts";
import { wakeLegs } from "../../store/saveLeg.ts";
import { Problem } from "../Problem.ts";
import { effectsOf } from "./effectsOf.ts";
import { holdLeg, legIn, legPlan, recordOf } from "./legPlan.ts";
import { operation } from "./plan.ts";

/** Whose approval this payment still asks for before its custody may end early. */
export const missingOf = ({ payment, approvals }: Pick<PaymentRecord, "payment" | "approvals">) =>
  missingApprovals(
    payment.releaseBy,
    approvals.map(({ party }) => party),
  );

/**
 * Records that buyer or seller wants custody to end early. The first approval moves nothing and is one person's to record; the
 * second one releases, so two persons stand for it, who read where both parties said so.
 */
export const approveRelease = operation({
  request: z.object({ paymentId: z.number(), party: z.enum(RELEASE_PARTIES), evidence: z.string() }),
  async draw({ db, facts }, { paymentId, party, evidence }) {
    const record = await recordOf(db, paymentId);
    if (record.payment.releaseBy !== "both_approvals") throw new Problem("approvals_not_asked_for");
    const missing = missingOf(record);
    if (!missing.includes(party)) throw new Problem("approved_already");
    const leg = legIn(record, "custody", ["active"]);
    const given = [...record.approvals, { party, evidence }];
    const details = Object.fromEntries(given.map((one) => [`${one.party}_approval`, one.evidence]));
    const approved = ofParties([party]);
    const awaited = missing.filter((one) => one !== party);
    if (awaited.length > 0) {
      const words = {
        es: `un operador registra la aprobación ${approved.es} para liberar antes de su fin; falta la ${ofParties(awaited).es}`,
        en: `an operator records the approval ${approved.en} to release before its end; that ${ofParties(awaited).en} is missing`,
      };
      return { ...legPlan("approve_release", 1, leg, words), details };
    }
    return {
      ...legPlan("approve_release", 2, leg, {
        es: `un operador registra la aprobación ${approved.es} y, con la de ambas partes, se libera antes de su fin`,
        en: `an operator records the approval ${approved.en} and, with both parties' approval, it is released before its end`,
      }),
      resulting_state: "releasing",
      ...(await effectsOf(db, { ...leg, state: "releasing" }, record, facts)),
      details,
    };
  },
  async perform(_ports, tx, { paymentId, party, evidence }, plan, { names, reason }) {
    const legId = await holdLeg(tx, plan);
    const actor = names.join(", ");
    if (!(await insertApproval(tx, { paymentId, party, givenBy: "operator", evidence, recordedBy: actor }))) {
      throw new Problem("approved_already");
    }
    // Read under the leg's lock: had the other party's come in meanwhile, one person would have released.
    const isLast = missingOf(await recordOf(tx, paymentId)).length === 0;
    if (isLast !== (plan.persons === 2)) throw new Problem("plan_changed");
    if (!isLast) return [];
    if (!(await insertRuling(tx, { legId, kind: "release", actor, reason }))) throw new Problem("already_decided");
    await wakeLegs(tx, [legId]);
    return [];
  },
});
