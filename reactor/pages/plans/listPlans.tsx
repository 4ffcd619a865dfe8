import { z } from "zod";
import { storedPlanView } from "../../http/wire/planView.ts";
import { readApi } from "../askApi.ts";
import { Done } from "../parts/Done.tsx";
import { Moment } from "../parts/facts.tsx";
import { More, pageOf } from "../parts/More.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts } from "../site.ts";

const PAGE = 50;
const plansAnswer = z.object({ plans: z.array(storedPlanView), next_before: z.string().nullable() });

/** What waits for a second person. */
export function listPlans(site: Site, ports: SitePorts): void {
  site.get("/planes", async (c) => {
    const visitor = c.get("visitor");
    const { say, language } = visitor;
    const path = `/api/plans?${pageOf(PAGE, c.req.query("before"))}`;
    const { plans, next_before } = await readApi(ports, c, plansAnswer, path);
    return answerPage(
      c,
      { title: say.plans, live: "all" },
      <>
        <h1>{say.plans}</h1>
        <Done visitor={visitor} what={c.req.query("hecho")} />
        <section class="card" id="lista">
          {plans.length === 0 && <p class="nothing">{say.no_plans}</p>}
          <ul class="rows">
            {plans.map(({ hash, plan, proposed_by, proposed_at }) => (
              <li>
                <a href={`/planes/${hash}`}>{language === "es" ? plan.es : plan.en}</a>
                <span class="quiet">{say.plan_by.replace("{name}", proposed_by)}</span>
                <Moment visitor={visitor} at={proposed_at} />
              </li>
            ))}
          </ul>
          <More visitor={visitor} path="/planes" before={next_before} />
        </section>
      </>,
    );
  });
}
