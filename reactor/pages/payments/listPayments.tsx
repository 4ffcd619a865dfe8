import { z } from "zod";
import { paymentView } from "../../http/wire/paymentView.ts";
import { readApi } from "../askApi.ts";
import { Amount, Day, STATUSES, StatusBadge } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts, Visitor } from "../site.ts";

const PAGE = 25;

const answer = z.object({ payments: z.array(paymentView), next_before: z.int().nullable() });

/** What of the page's address goes on to the API. */
const FILTERS = ["q", "status", "clabe", "amount_from", "amount_to", "before"] as const;

/** Payments, newest first, a page at a time. */
export function listPayments(site: Site, ports: SitePorts): void {
  site.get("/pagos", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const wanted = new URLSearchParams();
    for (const name of FILTERS) {
      const value = c.req.query(name);
      if (value) wanted.set(name, value);
    }
    const { payments, next_before } = await readApi(ports, c, answer, `/api/payments?limit=${PAGE}&${wanted}`);
    const next = new URLSearchParams(wanted);
    if (next_before !== null) next.set("before", String(next_before));
    return answerPage(
      c,
      { title: say.payments, live: "all" },
      <>
        <div class="head">
          <h1>{say.payments}</h1>
          {visitor.caller?.scopes.has("operate") && (
            <a class="button main" href="/pagos/nuevo">
              {say.new_payment}
            </a>
          )}
        </div>
        <Filters visitor={visitor} wanted={wanted} />
        <section class="card" id="lista">
          <PaymentTable visitor={visitor} payments={payments} nothing={say.no_payment_found} />
          {next_before !== null && (
            <p class="more">
              <a href={`/pagos?${next}`}>{say.older}</a>
            </p>
          )}
        </section>
      </>,
    );
  });
}

const TEXTS = [
  ["q", "search"],
  ["clabe", "clabe"],
  ["amount_from", "amount_from"],
  ["amount_to", "amount_to"],
] as const;

function Filters({ visitor: { say }, wanted }: { visitor: Visitor; wanted: URLSearchParams }) {
  return (
    <form method="get" action="/pagos" class="filters">
      {TEXTS.map(([name, word]) => (
        <label>
          {say[word]}
          <input name={name} value={wanted.get(name) ?? ""} autocomplete="off" />
        </label>
      ))}
      <label>
        {say.status}
        <select name="status">
          <option value="">{say.all}</option>
          {STATUSES.map((status) => (
            <option value={status} selected={status === wanted.get("status")}>
              {say[`status_${status}`]}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{say.filter}</button>
    </form>
  );
}

type PaymentTableProps = Readonly<{
  visitor: Visitor;
  payments: z.infer<typeof answer>["payments"];
  /** What is said where there is none. */
  nothing: string;
}>;

/** A line for each payment, with what is still to be paid of it. */
export function PaymentTable({ visitor, payments, nothing }: PaymentTableProps) {
  const { say } = visitor;
  if (payments.length === 0) return <p class="nothing">{nothing}</p>;
  return (
    <section class="scroll" aria-label={say.payments} tabindex={0}>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{say.payment}</th>
            <th scope="col">{say.status}</th>
            <th scope="col" class="number">
              {say.amount}
            </th>
            <th scope="col" class="number">
              {say.amount_due}
            </th>
            <th scope="col">{say.buyer}</th>
            <th scope="col">{say.seller}</th>
            <th scope="col">{say.custody_end}</th>
          </tr>
        </thead>
        <tbody>
          {payments.map((payment) => (
            <tr>
              <th scope="row">
                <a href={`/pagos/${payment.id}`}>{payment.id}</a>
                {payment.external_id !== null && <span class="quiet block">{payment.external_id}</span>}
              </th>
              <td data-label={say.status}>
                <StatusBadge visitor={visitor} status={payment.status} />
              </td>
              <td class="number" data-label={say.amount}>
                <Amount pesos={payment.amount} />
              </td>
              <td class="number" data-label={say.amount_due}>
                <Amount pesos={payment.amount_due} />
              </td>
              <td class="name" data-label={say.buyer}>
                {payment.payer.name ?? payment.payer.id}
              </td>
              <td class="name" data-label={say.seller}>
                {payment.recipient.legal_name ?? "—"}
              </td>
              <td data-label={say.custody_end}>
                <Day visitor={visitor} at={payment.custody_end} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
