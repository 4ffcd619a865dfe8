import { type StatementView, statementView } from "../../http/reports/statementView.ts";
import { readApi } from "../askApi.ts";
import { calendarDay } from "../formats.ts";
import { Amount, Moment, StatusBadge } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts, Visitor } from "../site.ts";
import { passFile } from "./passFile.ts";

/** What came to one customer's CLABE, what became of it, and what is held. */
export function showStatement(site: Site, ports: SitePorts): void {
  site.get("/reportes/cliente", async (c) => {
    const visitor = c.get("visitor");
    const { say, language } = visitor;
    const view = await readApi(ports, c, statementView, pathOf(c.req.query(), ""));
    const { customer, from, to } = view;
    const period = new URLSearchParams({ id: customer.id, desde: from, hasta: to });
    return answerPage(
      c,
      { title: `${say.statement} ${customer.id}`, printed: true },
      <>
        <h1>{say.statement}</h1>
        <form method="get" action="/reportes/cliente" class="filters unprinted">
          <input type="hidden" name="id" value={customer.id} />
          <label>
            {say.from_day}
            <input type="date" name="desde" value={from} required />
          </label>
          <label>
            {say.to_day}
            <input type="date" name="hasta" value={to} required />
          </label>
          <button type="submit">{say.see}</button>
        </form>
        <section class="card hero" id="resumen">
          <div>
            <h2>{customer.id}</h2>
            <p class="quiet">
              {say.clabe_of_deposits} {customer.deposit_clabe}
            </p>
          </div>
          <p class="figure">
            <span class="quiet">{`${say.opening} ${calendarDay(language, from)}`}</span>
            <Amount pesos={view.opening} />
          </p>
          <p class="figure">
            <span class="quiet">{`${say.held_for_customer} ${calendarDay(language, to)}`}</span>
            <Amount pesos={view.closing} />
          </p>
        </section>
        <section class="card" id="lineas">
          <Lines visitor={visitor} lines={view.lines} />
          <p class="more unprinted">
            <a href={`/reportes/cliente.csv?${period}`}>{say.as_csv}</a>
          </p>
        </section>
      </>,
    );
  });
  site.get("/reportes/cliente.csv", (c) =>
    passFile(ports, c, pathOf(c.req.query(), ".csv"), `kustodia-${c.req.query("id")}.csv`),
  );
}

function pathOf({ id = "", desde, hasta }: Readonly<Record<string, string>>, ending: "" | ".csv"): string {
  const period = new URLSearchParams({ ...(desde && { from: desde }), ...(hasta && { to: hasta }) });
  return `/api/customers/${encodeURIComponent(id)}/statement${ending}?${period}`;
}

function Lines({ visitor, lines }: { visitor: Visitor; lines: StatementView["lines"] }) {
  const { say } = visitor;
  if (lines.length === 0) return <p class="nothing">{say.no_movements}</p>;
  return (
    <section class="scroll" aria-label={say.statement} tabindex={0}>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{say.when}</th>
            <th scope="col">{say.movement}</th>
            {[say.came, say.went, say.balance].map((word) => (
              <th scope="col" class="number">
                {word}
              </th>
            ))}
            <th scope="col">{say.what_became}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr>
              <th scope="row">
                <Moment visitor={visitor} at={line.at} />
              </th>
              <td data-label={say.movement}>
                <div>
                  {say[`statement_${line.kind}`]}
                  <span class="quiet block hash">{line.clave_rastreo ?? line.redemption_id ?? line.issuance_id}</span>
                </div>
              </td>
              {[
                { word: say.came, pesos: line.in },
                { word: say.went, pesos: line.out },
                { word: say.balance, pesos: line.balance },
              ].map(({ word, pesos }) => (
                <td class="number" data-label={word}>
                  {pesos !== null && <Amount pesos={pesos} />}
                </td>
              ))}
              <td class="name" data-label={say.what_became}>
                {line.payment_id === null ? (
                  say.waits_for_owner
                ) : (
                  <div>
                    <a class="block" href={`/pagos/${line.payment_id}`}>{`${say.payment} ${line.payment_id}`}</a>
                    <StatusBadge visitor={visitor} status={line.payment_status ?? ""} />
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
