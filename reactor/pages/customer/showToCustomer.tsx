import { recordOf } from "../../http/operations/legPlan.ts";
import { toDecimal } from "../../payments/money.ts";
import { amountDueCentavos, type PaymentStatus, statusOf } from "../../payments/status.ts";
import { readEvents } from "../../store/readEvents.ts";
import { Amount, Moment, StatusBadge } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts } from "../site.ts";
import { findShownPayment } from "./findShownPayment.ts";
import { milestonesOf } from "./milestones.ts";
import { OwnApproval } from "./OwnApproval.tsx";

const LONGEST_HISTORY = 500;

/**
 * One payment as its buyer or seller sees it, behind an address that nobody can guess: no key, no session, no other
 * payment, and of this one neither names nor accounts but the CLABE that the buyer must pay to.
 */
export function showToCustomer(site: Site, { db }: Pick<SitePorts, "db">): void {
  site.get("/seguimiento/:token", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const token = c.req.param("token");
    const link = await findShownPayment(db, token);
    const record = await recordOf(db, link.paymentId);
    const { payment, legs } = record;
    const events = await readEvents(db, { paymentId: payment.id, after: 0, limit: LONGEST_HISTORY });
    const status: PaymentStatus = statusOf(legs);
    const mustPay = link.audience === "buyer" && status === "pending";
    return answerPage(
      c,
      { title: `${say.payment} ${payment.id}`, bare: true, live: `/seguimiento/${token}` },
      <>
        <section class="card hero" id="resumen">
          <div>
            <h1>{`${say.payment} ${payment.id}`}</h1>
            <StatusBadge visitor={visitor} status={status} />
          </div>
          <p class="figure">
            <span class="quiet">{say.amount}</span>
            <Amount pesos={toDecimal(payment.amountCentavos)} />
          </p>
          <p class="figure">
            <span class="quiet">{say.amount_due}</span>
            <Amount pesos={toDecimal(amountDueCentavos(legs))} />
          </p>
        </section>
        <section class="card" id="ahora">
          <h2>{say.money_now}</h2>
          <p>{say[`now_${status}`]}</p>
          <h2>{say.what_next}</h2>
          <p>{say[`next_${status}`]}</p>
          {mustPay && (
            <dl class="facts">
              <dt>{say.pay_to}</dt>
              <dd class="hash">{payment.depositClabe}</dd>
              <dt>{say.pay_until}</dt>
              <dd>
                <Moment visitor={visitor} at={new Date(payment.expiresAtMs).toISOString()} />
              </dd>
            </dl>
          )}
          <dl class="facts">
            <dt>{say.custody_end}</dt>
            <dd>
              <Moment visitor={visitor} at={new Date(payment.custodyEndMs).toISOString()} />
            </dd>
          </dl>
        </section>
        <OwnApproval visitor={visitor} token={token} link={link} record={record} />
        <section class="card" id="camino">
          <h2>{say.history}</h2>
          <ol class="rail">
            {milestonesOf(events, legs).map(({ word, at }) => (
              <li class="done">
                <span>{say[word]}</span>
                <Moment visitor={visitor} at={at} />
              </li>
            ))}
          </ol>
          <p>
            <a href={`/seguimiento/${token}/recibo`}>{say.see_receipt}</a>
          </p>
        </section>
      </>,
    );
  });
}
