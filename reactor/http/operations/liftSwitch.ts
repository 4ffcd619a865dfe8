import { z } from "@hono/zod-openapi";
import { liftKillSwitch, openPulls } from "../../store/killSwitch.ts";
import { Problem } from "../Problem.ts";
import { operation, planOf } from "./plan.ts";

/** Lets money leave again. Only the reasons that the two have read are lifted: one that came later stays. */
export const liftSwitch = operation({
  request: z.object({ upTo: z.number().nullable() }),
  async draw({ db }, { upTo }) {
    const pulls = (await openPulls(db)).filter(({ id }) => upTo === null || id <= upTo);
    if (pulls.length === 0) throw new Problem("nothing_to_lift");
    const reasons = pulls.map(({ id, why }) => `${id} «${why}»`).join(" · ");
    return {
      ...planOf("lift_kill_switch", 2, {
        es: `Se levanta la detención de salidas: ${reasons}`,
        en: `The stop of outgoing money is lifted: ${reasons}`,
      }),
      details: { up_to: String(pulls.at(-1)?.id) },
    };
  },
  async perform(_ports, tx, _request, plan, { names, reason }) {
    const [one, other] = names;
    if (one === undefined || other === undefined) throw new Error("The kill switch is lifted by two.");
    return liftKillSwitch(tx, { reason, persons: [one, other], upTo: Number(plan.details.up_to) });
  },
});
