import { z } from "@hono/zod-openapi";
import type { Leg, LegKind } from "../../payments/leg.ts";
import { ofParties } from "../../payments/releaseBy.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import { insertRuling, type RulingKind } from "../../store/rulings.ts";
import { wakeLegs } from "../../store/saveLeg.ts";
import { Problem } from "../Problem.ts";
import { missingOf } from "./approveRelease.ts";
import { effectsOf } from "./effectsOf.ts";
import { holdLeg, legIn, legPlan, recordOf } from "./legPlan.ts";
import { type Operation, operation } from "./plan.ts";

type Ruling = Readonly<{
  name: string;
  kind: RulingKind;
  leg: LegKind;
  /** In which states it can be decided, and where the leg then goes by itself. */
  states: readonly string[];
  to: Leg["state"];
  persons: 1 | 2;
  es: string;
  en: string;
  /** @throws {Problem} when the payment's own terms do not allow it. */
  refuse?(record: PaymentRecord): void;
}>;

/**
 * A person's decision that the leg itself carries out at its next look, by an outcome of its own row: the machine stays
 * the only one that moves it.
 */
function ruling(decided: Ruling): Operation {
  const { name, kind, states, to, persons, es, en } = decided;
  return operation({
    request: z.object({ paymentId: z.number(), details: z.record(z.string(), z.string()) }),
    async draw({ db, facts }, { paymentId, details }) {
      const record = await recordOf(db, paymentId);
      const leg = legIn(record, decided.leg, states);
      decided.refuse?.(record);
      return {
        ...legPlan(name, persons, leg, { es, en }),
        resulting_state: to,
        ...(await effectsOf(db, { ...leg, state: to }, record, facts)),
        details,
      };
    },
    async perform(_ports, tx, _request, plan, { names, reason }) {
      const legId = await holdLeg(tx, plan);
      if (!(await insertRuling(tx, { legId, kind, actor: names.join(", "), reason }))) {
        throw new Problem("already_decided");
      }
      await wakeLegs(tx, [legId]);
      return [];
    },
  });
}

export const cancelPayment = ruling({
  name: "cancel_payment",
  kind: "cancel",
  leg: "deposit",
  states: ["awaiting"],
  to: "cancelled",
  persons: 1,
  es: "se cancela antes de su depósito",
  en: "is cancelled before its deposit",
});

export const openDispute = ruling({
  name: "open_dispute",
  kind: "dispute",
  leg: "custody",
  states: ["active"],
  to: "disputing",
  persons: 1,
  es: "se abre una disputa",
  en: "a dispute is opened",
});

export const ruleForSeller = ruling({
  name: "rule_for_seller",
  kind: "seller",
  leg: "custody",
  states: ["disputed"],
  to: "resolving",
  persons: 2,
  es: "la disputa se decide a favor del vendedor",
  en: "the dispute is decided for the seller",
});

export const ruleForBuyer = ruling({
  name: "rule_for_buyer",
  kind: "buyer",
  leg: "custody",
  states: ["disputed"],
  to: "cancelling",
  persons: 2,
  es: "la disputa se decide a favor del comprador",
  en: "the dispute is decided for the buyer",
});

/** Before its time, because buyer and seller both agree: where they said so is in the plan. */
export const releaseEarly = ruling({
  name: "release_early",
  kind: "release",
  leg: "custody",
  states: ["active"],
  to: "releasing",
  persons: 2,
  es: "se libera antes de su fin, con la aprobación de comprador y vendedor",
  en: "is released before its end, with the buyer's and the seller's approval",
  refuse(record) {
    const missing = missingOf(record);
    if (missing.length === 0) return;
    const { es: missing_es, en: missing_en } = ofParties(missing);
    throw new Problem("approval_missing", { facts: { missing_es, missing_en } });
  },
});
