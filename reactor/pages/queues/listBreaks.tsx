import { statusView } from "../../http/wire/statusView.ts";
import { readApi } from "../askApi.ts";
import { Moment } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts } from "../site.ts";

/** What two sides tell differently, and nobody has explained. */
export function listBreaks(site: Site, ports: SitePorts): void {
  site.get("/descuadres", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const { breaks } = await readApi(ports, c, statusView, "/api/automation/status");
    return answerPage(
      c,
      { title: say.breaks, live: "all" },
      <>
        <h1>{say.breaks}</h1>
        <p class="quiet">{say.breaks_how}</p>
        <section class="card" id="lista">
          {breaks.open === 0 && <p class="quiet">{say.nothing_here}</p>}
          <ul class="rows">
            {breaks.newest.map(({ number, kind, payment_id, outside_id, opened_at }) => (
              <li>
                <strong>{number}</strong>
                <span>{kind}</span>
                <a href={`/pagos/${payment_id}`}>{`${say.payment} ${payment_id}`}</a>
                <span class="hash">{outside_id}</span>
                <Moment visitor={visitor} at={opened_at} />
              </li>
            ))}
          </ul>
        </section>
      </>,
    );
  });
}
