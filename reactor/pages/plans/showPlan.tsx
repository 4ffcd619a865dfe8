import { operatedView, storedPlanView } from "../../http/wire/planView.ts";
import { readApi } from "../askApi.ts";
import { ActionForm } from "../parts/ActionForm.tsx";
import { answerPage } from "../parts/Page.tsx";
import { sendForm } from "../sendForm.ts";
import type { Site, SitePorts, Visitor } from "../site.ts";
import { PlanFacts, type StoredPlan } from "./PlanFacts.tsx";

/** One plan as its second person must read it, and its confirmation. */
export function showPlan(site: Site, ports: SitePorts): void {
  site.get("/planes/:hash", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const path = `/api/plans/${encodeURIComponent(c.req.param("hash"))}`;
    const stored = await readApi(ports, c, storedPlanView, path);
    return answerPage(
      c,
      { title: say.plan },
      <section class="card form">
        <h1>{say.plan}</h1>
        <PlanFacts visitor={visitor} stored={stored} />
        <Confirmation visitor={visitor} stored={stored} nowMs={ports.nowMs()} />
      </section>,
    );
  });
  site.post("/planes/:hash", async (c) => {
    const path = `/api/plans/${c.req.param("hash")}/confirm`;
    const { plan } = await sendForm(ports, c, operatedView, { path, body: undefined });
    return c.redirect(plan.payment_id === null ? "/planes?hecho=plan" : `/pagos/${plan.payment_id}?hecho=plan`, 303);
  });
}

type ConfirmationProps = Readonly<{ visitor: Visitor; stored: StoredPlan; nowMs: number }>;

function Confirmation({ visitor, stored, nowMs }: ConfirmationProps) {
  const { say, caller } = visitor;
  if (stored.confirmed_at !== null) return <p class="notice good">{say.plan_done}</p>;
  if (Date.parse(stored.expires_at) <= nowMs) return <p class="notice warn">{say.plan_expired}</p>;
  if (caller?.owner.name === stored.proposed_by) return <p class="notice info">{say.own_plan}</p>;
  if (!caller?.scopes.has("approve")) return <p class="notice info">{say.plan_waits}</p>;
  return (
    <ActionForm visitor={visitor} action={`/planes/${stored.hash}`} label={say.confirm_plan} tone="main">
      <p class="quiet">{say.confirm_reads}</p>
    </ActionForm>
  );
}
