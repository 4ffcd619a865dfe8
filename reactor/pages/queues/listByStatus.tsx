import { z } from "zod";
import { paymentView } from "../../http/wire/paymentView.ts";
import { readApi } from "../askApi.ts";
import { More, pageOf } from "../parts/More.tsx";
import { answerPage } from "../parts/Page.tsx";
import { PaymentTable } from "../payments/listPayments.tsx";
import type { Site, SitePorts } from "../site.ts";

const PAGE = 25;
const answer = z.object({ payments: z.array(paymentView), next_before: z.int().nullable() });

/** Payments that wait for a person, each with the ways on on its own page. */
const QUEUES = [
  { path: "/revision", status: "review", word: "review_queue", how: "review_how", nothing: "no_reviews" },
  { path: "/disputas", status: "disputed", word: "disputes", how: "disputes_how", nothing: "no_disputes" },
] as const;

export function listByStatus(site: Site, ports: SitePorts): void {
  for (const { path, status, word, how, nothing } of QUEUES) {
    site.get(path, async (c) => {
      const visitor = c.get("visitor");
      const { say } = visitor;
      const wanted = `/api/payments?status=${status}&${pageOf(PAGE, c.req.query("before"))}`;
      const { payments, next_before } = await readApi(ports, c, answer, wanted);
      return answerPage(
        c,
        { title: say[word], live: "all" },
        <>
          <h1>{say[word]}</h1>
          <p class="lead">{say[how]}</p>
          <section class="card" id="lista">
            <PaymentTable visitor={visitor} payments={payments} nothing={say[nothing]} />
            <More visitor={visitor} path={path} before={next_before} />
          </section>
        </>,
      );
    });
  }
}
