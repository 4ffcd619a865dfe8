import { z } from "zod";
import { sendForm } from "../sendForm.ts";
import type { Site, SitePorts } from "../site.ts";

/** Runs a process now, as the API's trigger does. */
export function runProcess(site: Site, ports: SitePorts): void {
  site.post("/procesos/:process", async (c) => {
    const process = c.req.param("process");
    await sendForm(ports, c, z.object({}), { path: "/api/automation/trigger", body: { process } });
    return c.redirect("/?hecho=proceso", 303);
  });
}
