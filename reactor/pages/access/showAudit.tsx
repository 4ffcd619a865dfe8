import { z } from "zod";
import { eventView } from "../../http/wire/eventView.ts";
import { readApi } from "../askApi.ts";
import { More, pageOf } from "../parts/More.tsx";
import { answerPage } from "../parts/Page.tsx";
import { History } from "../payments/History.tsx";
import type { Site, SitePorts } from "../site.ts";

const PAGE = 50;
const answer = z.object({ events: z.array(eventView), next_before: z.int().nullable() });

/** What persons did, newest first: who, why, when. */
export function showAudit(site: Site, ports: SitePorts): void {
  site.get("/bitacora", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const path = `/api/audit/events?${pageOf(PAGE, c.req.query("before"))}`;
    const { events, next_before } = await readApi(ports, c, answer, path);
    return answerPage(
      c,
      { title: say.audit },
      <>
        <h1>{say.audit}</h1>
        <History visitor={visitor} events={events.toReversed()} />
        <More visitor={visitor} path="/bitacora" before={next_before} />
      </>,
    );
  });
}
