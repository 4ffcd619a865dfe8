import { linkView } from "../../http/routes/linkPayment.ts";
import { sentLinkView } from "../../http/routes/sendLink.ts";
import { answerPage } from "../parts/Page.tsx";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SitePorts } from "../site.ts";

/** Makes a customer's page, whose address is shown this once, or ends it. */
export function linkPayment(site: Site, ports: SitePorts): void {
  site.post("/pagos/:id{[0-9]+}/enlaces", async (c) => {
    const { say } = c.get("visitor");
    const id = c.req.param("id");
    const { for: audience, reason } = await readForm(c);
    const body = { for: audience, reason };
    const { path } = await sendForm(ports, c, linkView, { path: `/api/payments/${id}/links`, body });
    return answerPage(
      c,
      { title: say.customer_links },
      <section class="card form">
        <h1>{say.customer_links}</h1>
        <p class="notice warn">{path === null ? say.link_shown_before : say.link_shown_once}</p>
        {path !== null && (
          <p class="hash">
            <a href={path}>{new URL(path, c.req.url).href}</a>
          </p>
        )}
        <p>
          <a href={`/pagos/${id}`}>{`${say.payment} ${id}`}</a>
        </p>
      </section>,
    );
  });
  site.post("/pagos/:id{[0-9]+}/enlaces/enviar", async (c) => {
    const id = c.req.param("id");
    const { for: audience, reason } = await readForm(c);
    const body = { for: audience, reason };
    await sendForm(ports, c, sentLinkView, { path: `/api/payments/${id}/links/send`, body });
    return c.redirect(`/pagos/${id}?hecho=correo`, 303);
  });
  site.post("/pagos/:id{[0-9]+}/enlaces/revocar", async (c) => {
    const id = c.req.param("id");
    const { for: audience, reason } = await readForm(c);
    await sendForm(ports, c, linkView, { path: `/api/payments/${id}/links/revoke`, body: { for: audience, reason } });
    return c.redirect(`/pagos/${id}?hecho=enlace`, 303);
  });
}
