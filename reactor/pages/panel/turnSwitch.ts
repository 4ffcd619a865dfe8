import { killSwitchView } from "../../http/wire/killSwitchView.ts";
import { operatedView } from "../../http/wire/planView.ts";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SitePorts } from "../site.ts";

/** Stops outgoing money at once; to let it leave again only plans it, for another person. */
export function turnSwitch(site: Site, ports: SitePorts): void {
  site.post("/interruptor/detener", async (c) => {
    const { reason } = await readForm(c);
    await sendForm(ports, c, killSwitchView, { path: "/api/kill-switch/pull", body: { reason } });
    return c.redirect("/?hecho=interruptor#interruptor", 303);
  });
  site.post("/interruptor/levantar", async (c) => {
    const { reason, up_to } = await readForm(c);
    const body = { reason, up_to: Number(up_to) };
    const { hash } = await sendForm(ports, c, operatedView, { path: "/api/kill-switch/lift", body });
    return c.redirect(`/planes/${hash}`, 303);
  });
}
