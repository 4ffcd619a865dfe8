import { z } from "zod";
import { paymentView } from "../../http/wire/paymentView.ts";
import { readApi } from "../askApi.ts";
import { answerPage } from "../parts/Page.tsx";
import { PaymentTable } from "../payments/listPayments.tsx";
import type { Site, SitePorts } from "../site.ts";

const MOST = 100;

/** Payments that wait for a person, each with the ways on on its own page. */
const QUEUES = [
  { path: "/revision", status: "review", word: "review_queue", how: "review_how" },
  { path: "/disputas", status: "disputed", word: "disputes", how: "disputes_how" },
] as const;

export function listByStatus(site: Site, ports: SitePorts): void {
  for (const { path, status, word, how } of QUEUES) {
    site.get(path, async (c) => {
      const visitor = c.get("visitor");
      const { say } = visitor;
      const answer = z.object({ payments: z.array(paymentView) });
      const { payments } = await readApi(ports, c, answer, `/api/payments?status=${status}&limit=${MOST}`);
      return answerPage(
        c,
        { title: say[word], live: "all" },
        <>
          <h1>{say[word]}</h1>
          <p class="quiet">{say[how]}</p>
          <section class="card" id="lista">
            <PaymentTable visitor={visitor} payments={payments} />
          </section>
        </>,
      );
    });
  }
}
