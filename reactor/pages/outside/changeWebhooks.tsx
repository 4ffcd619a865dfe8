import type { Context } from "hono";
import { z } from "zod";
import { removedView } from "../../http/routes/removeEndpoint.ts";
import { endpointView, endpointWithSecret } from "../../http/wire/webhookView.ts";
import { answerPage } from "../parts/Page.tsx";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SiteEnv, SitePorts } from "../site.ts";

/** The capital's offset: Mexico has kept no summer time since October 2022 (Ley de los Husos Horarios). */
const MEXICO_OFFSET = "-06:00";
const ENDPOINTS = "/api/webhook-endpoints";

/** What the page of webhooks does, by the API. A secret is shown on the page that made it, and never again. */
export function changeWebhooks(site: Site, ports: SitePorts): void {
  const done = (c: Context<SiteEnv>) => c.redirect("/avisos?hecho=aviso", 303);
  site.post("/avisos", async (c) => {
    const { url, reason } = await readForm(c);
    const { event_types } = await c.req.parseBody({ all: true });
    const types = [event_types ?? []].flat();
    const body = { url, reason, ...(types.length > 0 && { event_types: types }) };
    return showSecret(c, await sendForm(ports, c, endpointWithSecret, { path: ENDPOINTS, body }));
  });
  site.post("/avisos/entregas/:id", async (c) => {
    const { reason } = await readForm(c);
    const path = `/api/webhook-deliveries/${encodeURIComponent(c.req.param("id"))}/redeliver`;
    await sendForm(ports, c, z.object({}), { path, body: { reason } });
    return done(c);
  });
  site.post("/avisos/:id{[0-9]+}/:verb{pausar|reanudar}", async (c) => {
    const { reason } = await readForm(c);
    const body = { enabled: c.req.param("verb") === "reanudar", reason };
    await sendForm(ports, c, endpointView, { method: "PATCH", path: `${ENDPOINTS}/${c.req.param("id")}`, body });
    return done(c);
  });
  site.post("/avisos/:id{[0-9]+}/secreto", async (c) => {
    const { reason, overlap_hours } = await readForm(c);
    const path = `${ENDPOINTS}/${c.req.param("id")}/rotate-secret`;
    const body = { reason, overlap_hours: Number(overlap_hours) };
    return showSecret(c, await sendForm(ports, c, endpointWithSecret, { path, body }));
  });
  site.post("/avisos/:id{[0-9]+}/eliminar", async (c) => {
    const { reason } = await readForm(c);
    await sendForm(ports, c, removedView, { path: `${ENDPOINTS}/${c.req.param("id")}/remove`, body: { reason } });
    return done(c);
  });
  site.post("/avisos/:id{[0-9]+}/reenviar", async (c) => {
    const { reason, since } = await readForm(c);
    const body = { reason, since: `${since}:00${MEXICO_OFFSET}` };
    await sendForm(ports, c, z.object({}), { path: `${ENDPOINTS}/${c.req.param("id")}/redeliver`, body });
    return done(c);
  });
}

function showSecret(c: Context<SiteEnv>, { id, secret }: z.infer<typeof endpointWithSecret>) {
  const { say } = c.get("visitor");
  return answerPage(
    c,
    { title: say.webhooks },
    <section class="card form">
      <h1>{`${say.endpoint} ${id}`}</h1>
      <p class="notice warn">{secret === null ? say.secret_shown_before : say.secret_shown_once}</p>
      {secret !== null && <p class="hash shown-once">{secret}</p>}
      <p>
        <a href="/avisos">{say.webhooks}</a>
      </p>
    </section>,
  );
}
