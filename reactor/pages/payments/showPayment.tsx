import { z } from "zod";
import { wholeLegView } from "../../http/routes/listLegs.ts";
import { whyView } from "../../http/routes/showWhy.ts";
import { archivedView } from "../../http/wire/archivedView.ts";
import { eventView } from "../../http/wire/eventView.ts";
import { paymentView } from "../../http/wire/paymentView.ts";
import { askApi, readApi } from "../askApi.ts";
import { Card } from "../parts/Card.tsx";
import { Done } from "../parts/Done.tsx";
import { Amount, StatusBadge } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts } from "../site.ts";
import { Actions } from "./Actions.tsx";
import { CustomerLinks } from "./CustomerLinks.tsx";
import { History } from "./History.tsx";
import { LegRails } from "./LegRails.tsx";
import { OutsideReferences, PaymentFacts } from "./PaymentFacts.tsx";

/** One payment: where it is, why, what happened, and what may be done. */
export function showPayment(site: Site, ports: SitePorts): void {
  site.get("/pagos/:id{[0-9]+}", async (c) => {
    const visitor = c.get("visitor");
    const { say, language } = visitor;
    const path = `/api/payments/${c.req.param("id")}`;
    // First, and with its tag: what is done from this page is for the payment as it is shown here.
    const { view: payment, etag } = await askApi(ports, c, paymentView, { method: "GET", path });
    const [{ legs }, { events, archived }, why] = await Promise.all([
      readApi(ports, c, z.object({ legs: z.array(wholeLegView) }), `${path}/legs`),
      readApi(ports, c, z.object({ events: z.array(eventView), archived: z.array(archivedView) }), `${path}/events`),
      readApi(ports, c, whyView, `${path}/why`),
    ]);
    return answerPage(
      c,
      { title: `${say.payment} ${payment.id}`, live: payment.id },
      <>
        <Done visitor={visitor} what={c.req.query("hecho")} />
        <section class="card hero" id="resumen">
          <div>
            <h1>{`${say.payment} ${payment.id}`}</h1>
            <StatusBadge visitor={visitor} status={payment.status} />
            {payment.held && <span class="badge disputed">{say.held}</span>}
          </div>
          <p class="figure">
            <span class="quiet">{say.amount}</span>
            <Amount pesos={payment.amount} />
          </p>
          <p class="figure">
            <span class="quiet">{say.amount_due}</span>
            <Amount pesos={payment.amount_due} />
          </p>
        </section>
        <LegRails visitor={visitor} legs={legs} events={events} />
        <div class="grid">
          <Card id="por-que" title={say.why}>
            <p>{language === "es" ? why.es : why.en}</p>
          </Card>
          <div class="stack">
            <Actions visitor={visitor} payment={payment} legs={legs} etag={etag} mayPretend={ports.hasSandbox} />
            <CustomerLinks visitor={visitor} paymentId={payment.id} mayMail={ports.mailsParties} />
          </div>
          <PaymentFacts visitor={visitor} payment={payment} />
          <OutsideReferences visitor={visitor} payment={payment} />
        </div>
        <History visitor={visitor} events={events} archived={archived} />
      </>,
    );
  });
}
