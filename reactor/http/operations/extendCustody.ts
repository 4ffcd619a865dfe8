import { z } from "@hono/zod-openapi";
import { momentInMexico } from "../../payments/words.ts";
import { contextOf } from "../../store/contextOf.ts";
import type { Queryable } from "../../store/database.ts";
import { databaseNowMs } from "../../store/databaseNowMs.ts";
import { loadFacts } from "../../store/facts.ts";
import { Problem } from "../Problem.ts";
import { isoTime } from "../wire/isoTime.ts";
import { legIn, legPlan, recordOf } from "./legPlan.ts";
import { operation } from "./plan.ts";

const request = z.object({ paymentId: z.number(), custodyEndMs: z.number() });

/**
 * Moves the end of custody to a later moment, unix ms. The escrow's own deadline stays as it was written when the escrow was
 * made: neither shape of the contract can move it, neither lets it hold up a release, and after it both refuse a dispute. It
 * is our end that releases; a dispute opened between the two ends in review.
 */
export const extendCustody = operation({
  request,
  async draw({ db, facts }, wanted) {
    const { record, leg } = await extendable(db, wanted);
    const context = await contextOf(db, facts, record.payment.lane);
    const known = (await loadFacts(db, [leg], context, await databaseNowMs(db))).get(leg.id);
    // Custody that is to end sooner, or is disputed, has no later end.
    if (known?.ruling !== null) throw new Problem("already_decided");
    const until = momentInMexico(wanted.custodyEndMs);
    return {
      ...legPlan("extend_custody", 2, leg, {
        es: `se extiende hasta ${until}`,
        en: `is extended until ${until}`,
      }),
      resulting_state: "active",
      details: {
        custody_end: isoTime(wanted.custodyEndMs),
        former_custody_end: isoTime(record.payment.custodyEndMs),
      },
    };
  },
  async perform(ports, tx, wanted, plan, by) {
    const { record, leg } = await extendable(tx, wanted);
    if (leg.version !== plan.leg?.version) throw new Problem("plan_changed");
    const context = await contextOf(ports.db, ports.facts, record.payment.lane);
    const facts = (await loadFacts(ports.db, [leg], context, await databaseNowMs(tx))).get(leg.id);
    if (facts === undefined) throw new Error(`No facts were loaded for leg ${leg.id}.`);
    const events = await ports.move(
      tx,
      leg,
      { ...facts, terms: { ...facts.terms, custodyEndMs: wanted.custodyEndMs } },
      {
        kind: "move",
        outcome: "extended",
        evidence: { reason: by.reason, former_custody_end: isoTime(record.payment.custodyEndMs) },
      },
      by.names.join(", "),
    );
    if (events.length === 0) throw new Problem("plan_changed");
    return events;
  },
});

/** @throws {Problem} unless the payment is in custody now, and would end later than it does. */
async function extendable(db: Queryable, { paymentId, custodyEndMs }: z.output<typeof request>) {
  const record = await recordOf(db, paymentId);
  const leg = legIn(record, "custody", ["active"]);
  const formerMs = record.payment.custodyEndMs;
  if (custodyEndMs > formerMs) return { record, leg };
  throw new Problem("custody_not_later", {
    facts: { custody_end: momentInMexico(formerMs) },
    pointer: "/custody_end",
  });
}
