import { z } from "zod";
import { deliveryView, endpointView } from "../../http/wire/webhookView.ts";
import { readApi } from "../askApi.ts";
import { ActionForm } from "../parts/ActionForm.tsx";
import { Card } from "../parts/Card.tsx";
import { Done } from "../parts/Done.tsx";
import { Moment } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import { sendForm } from "../sendForm.ts";
import type { Site, SitePorts, Visitor } from "../site.ts";

const MOST = 50;

/** Where events are told, and what became of the last ones. */
export function listWebhooks(site: Site, ports: SitePorts): void {
  site.get("/avisos", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const [{ endpoints }, { deliveries }] = await Promise.all([
      readApi(ports, c, z.object({ endpoints: z.array(endpointView) }), "/api/webhook-endpoints"),
      readApi(ports, c, z.object({ deliveries: z.array(deliveryView) }), `/api/webhook-deliveries?limit=${MOST}`),
    ]);
    return answerPage(
      c,
      { title: say.webhooks, live: "all" },
      <>
        <h1>{say.webhooks}</h1>
        <Done visitor={visitor} what={c.req.query("hecho")} />
        <Card id="destinos" title={say.endpoints}>
          {endpoints.length === 0 && <p class="quiet">{say.nothing_here}</p>}
          <ul class="rows">
            {endpoints.map(({ id, url, enabled, failing_since }) => (
              <li>
                <strong>{id}</strong>
                <span class="hash">{url}</span>
                <span class={enabled ? "badge completed" : "badge review"}>{enabled ? say.enabled : say.disabled}</span>
                {failing_since !== null && <Moment visitor={visitor} at={failing_since} />}
              </li>
            ))}
          </ul>
        </Card>
        <Card id="entregas" title={say.deliveries}>
          <Deliveries visitor={visitor} deliveries={deliveries} />
        </Card>
      </>,
    );
  });
  site.post("/avisos/:id", async (c) => {
    const path = `/api/webhook-deliveries/${c.req.param("id")}/redeliver`;
    await sendForm(ports, c, z.object({}), { path, body: undefined });
    return c.redirect("/avisos?hecho=aviso", 303);
  });
}

const COLOURS = { pending: "processing", delivered: "completed", abandoned: "review" } as const;

function Deliveries({
  visitor,
  deliveries,
}: {
  visitor: Visitor;
  deliveries: readonly z.infer<typeof deliveryView>[];
}) {
  const { say, caller } = visitor;
  if (deliveries.length === 0) return <p class="quiet">{say.nothing_here}</p>;
  return (
    <ul class="rows">
      {deliveries.map(({ id, endpoint_id, event, state, attempts, last_status, last_error }) => (
        <li>
          <strong>{id}</strong>
          <span>{event.type}</span>
          <span class="quiet">{`→ ${endpoint_id}`}</span>
          <span class={`badge ${COLOURS[state]}`}>{say[`delivery_${state}`]}</span>
          <span class="quiet">{say.tries.replace("{count}", String(attempts))}</span>
          {last_status !== null && <span class="figures">{last_status}</span>}
          {last_error !== null && <span class="bad">{last_error}</span>}
          <Moment visitor={visitor} at={event.created_at} />
          {caller?.scopes.has("operate") && (
            <ActionForm visitor={visitor} action={`/avisos/${id}`} label={say.send_again} />
          )}
        </li>
      ))}
    </ul>
  );
}
