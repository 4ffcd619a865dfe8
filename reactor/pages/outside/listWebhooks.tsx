import { z } from "zod";
import { deliveryView, endpointView } from "../../http/wire/webhookView.ts";
import { words } from "../../payments/words.ts";
import { readApi } from "../askApi.ts";
import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import { Card } from "../parts/Card.tsx";
import { Done } from "../parts/Done.tsx";
import { More, pageOf } from "../parts/More.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts, Visitor } from "../site.ts";
import { Deliveries } from "./Deliveries.tsx";
import { Endpoints } from "./Endpoints.tsx";

const PAGE = 25;
const listed = z.object({ deliveries: z.array(deliveryView), next_before: z.int().nullable() });

/** Where events are told, and what became of the last ones. */
export function listWebhooks(site: Site, ports: SitePorts): void {
  site.get("/avisos", async (c) => {
    const visitor = c.get("visitor");
    const { say, caller } = visitor;
    const [{ endpoints }, { deliveries, next_before }] = await Promise.all([
      readApi(ports, c, z.object({ endpoints: z.array(endpointView) }), "/api/webhook-endpoints"),
      readApi(ports, c, listed, `/api/webhook-deliveries?${pageOf(PAGE, c.req.query("before"))}`),
    ]);
    return answerPage(
      c,
      { title: say.webhooks, live: "all" },
      <>
        <h1>{say.webhooks}</h1>
        <p class="lead">{say.webhooks_how}</p>
        <Done visitor={visitor} what={c.req.query("hecho")} />
        <Card id="destinos" title={say.endpoints}>
          <Endpoints visitor={visitor} endpoints={endpoints} />
        </Card>
        {caller?.scopes.has("admin") && <NewEndpoint visitor={visitor} />}
        <Card id="entregas" title={say.deliveries}>
          <Deliveries visitor={visitor} deliveries={deliveries} />
          <More visitor={visitor} path="/avisos" before={next_before} />
        </Card>
      </>,
    );
  });
}

const NewEndpoint = ({ visitor }: { visitor: Visitor }) => (
  <Card id="nuevo-destino" title={visitor.say.new_endpoint}>
    <ActionForm visitor={visitor} action="/avisos" label={visitor.say.create_endpoint} tone="main">
      <div class="fields">
        <label>
          URL
          <input name="url" type="url" required maxlength={500} autocomplete="off" placeholder="https://" />
        </label>
        <ReasonField visitor={visitor} />
      </div>
      <details class="reasoned">
        <summary>{visitor.say.event_types_some}</summary>
        <fieldset class="choices">
          <legend>{visitor.say.event_types_chosen}</legend>
          {Object.keys(words).map((type) => (
            <label>
              <input type="checkbox" name="event_types" value={type} />
              <code>{type}</code>
            </label>
          ))}
        </fieldset>
      </details>
    </ActionForm>
  </Card>
);
