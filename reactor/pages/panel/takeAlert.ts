import { alertView } from "../../http/wire/alertView.ts";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SitePorts } from "../site.ts";

/** The signed-in person has the alert from now on. */
export function takeAlert(site: Site, ports: SitePorts): void {
  site.post("/alertas/:id", async (c) => {
    const { reason } = await readForm(c);
    await sendForm(ports, c, alertView, { path: `/api/alerts/${c.req.param("id")}/acknowledge`, body: { reason } });
    return c.redirect("/?hecho=alerta#alertas", 303);
  });
}
