import { z } from "zod";
import { alertView } from "../../http/wire/alertView.ts";
import { killSwitchView } from "../../http/wire/killSwitchView.ts";
import { overviewView } from "../../http/wire/overviewView.ts";
import { statusView } from "../../http/wire/statusView.ts";
import { readApi } from "../askApi.ts";
import { Done } from "../parts/Done.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts } from "../site.ts";
import { Alerts } from "./Alerts.tsx";
import { Freshness } from "./Freshness.tsx";
import { KillSwitch } from "./KillSwitch.tsx";
import { Late } from "./Late.tsx";
import { MoneyPicture } from "./MoneyPicture.tsx";
import { NeedsPerson } from "./NeedsPerson.tsx";
import { Processes } from "./Processes.tsx";
import { StatusPicture } from "./StatusPicture.tsx";

/** Everything at one look: what runs, where the money is, what is late, who is needed. */
export function showPanel(site: Site, ports: SitePorts): void {
  site.get("/", async (c) => {
    const visitor = c.get("visitor");
    const [status, overview, killSwitch, { alerts }] = await Promise.all([
      readApi(ports, c, statusView, "/api/automation/status"),
      readApi(ports, c, overviewView, "/api/overview"),
      readApi(ports, c, killSwitchView, "/api/kill-switch"),
      readApi(ports, c, z.object({ alerts: z.array(alertView) }), "/api/alerts"),
    ]);
    const nowMs = ports.nowMs();
    return answerPage(
      c,
      { title: visitor.say.panel, live: "all" },
      <>
        <h1>{visitor.say.panel}</h1>
        <Done visitor={visitor} what={c.req.query("hecho")} />
        {status.shadow && (
          <p class="notice bad" role="status">
            {visitor.say.shadow}
          </p>
        )}
        <div class="grid">
          <NeedsPerson visitor={visitor} waiting={overview.waiting} />
          <MoneyPicture visitor={visitor} money={overview.money} />
          <StatusPicture visitor={visitor} payments={overview.payments} />
          <Processes visitor={visitor} processes={status.processes} nowMs={nowMs} />
          <Late visitor={visitor} late={overview.late} nowMs={nowMs} />
          <Freshness visitor={visitor} indexer={status.indexer} bankReadAt={overview.bank_read_at} nowMs={nowMs} />
          <Alerts visitor={visitor} alerts={alerts} />
          <KillSwitch visitor={visitor} killSwitch={killSwitch} />
        </div>
      </>,
    );
  });
}
