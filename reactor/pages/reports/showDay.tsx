import { type DayView, dayView } from "../../http/reports/dayView.ts";
import { dayInMexico } from "../../payments/mexicoTime.ts";
import { readApi } from "../askApi.ts";
import { calendarDay } from "../formats.ts";
import { Card } from "../parts/Card.tsx";
import { Moment } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import type { Site, SitePorts, Visitor } from "../site.ts";
import { DayPlaces } from "./DayPlaces.tsx";
import { passFile } from "./passFile.ts";

/** A day's end, and the way to a customer's statement. */
export function showDay(site: Site, ports: SitePorts): void {
  site.get("/reportes", async (c) => {
    const visitor = c.get("visitor");
    const { say, language } = visitor;
    const today = dayInMexico(ports.nowMs());
    const wanted = c.req.query("dia") || today;
    const view = await readApi(ports, c, dayView, `/api/reports/day/${encodeURIComponent(wanted)}`);
    return answerPage(
      c,
      { title: say.reports, printed: true },
      <>
        <h1>{say.reports}</h1>
        <form method="get" action="/reportes" class="filters unprinted">
          <label>
            {say.day}
            <input type="date" name="dia" value={view.day} max={today} required />
          </label>
          <button type="submit">{say.see}</button>
        </form>
        <Card id="dia" title={`${say.end_of_day} ${calendarDay(language, view.day)}`}>
          <p class="quiet">
            {view.complete ? say.day_complete : say.day_not_over}{" "}
            <a class="unprinted" href={`/reportes/${view.day}.csv`}>
              {say.as_csv}
            </a>
          </p>
          <DayPlaces visitor={visitor} places={view.places} />
          <p class="quiet">{say[`payout_check_${view.payout_check}`]}</p>
        </Card>
        <Card id="descuadres" title={say.breaks}>
          <Breaks visitor={visitor} breaks={view.breaks} />
        </Card>
        <div class="unprinted">
          <Card id="cliente" title={say.statement}>
            <p class="quiet">{say.statement_how}</p>
            <form method="get" action="/reportes/cliente" class="filters">
              <label>
                {say.buyer_id}
                <input name="id" required maxlength={100} autocomplete="off" />
              </label>
              <button type="submit">{say.see}</button>
            </form>
          </Card>
        </div>
      </>,
    );
  });
  site.get("/reportes/:archivo{.+\\.csv}", (c) => {
    const file = c.req.param("archivo");
    return passFile(ports, c, `/api/reports/day/${encodeURIComponent(file)}`, `kustodia-${file}`);
  });
}

function Breaks({ visitor, breaks }: { visitor: Visitor; breaks: DayView["breaks"] }) {
  const { say, language } = visitor;
  if (breaks.length === 0) return <p class="nothing">{say.no_breaks_that_day}</p>;
  return (
    <ul class="rows">
      {breaks.map(({ number, es, en, payment_id: payment, opened_at: opened, ended_at: ended }) => (
        <li>
          <a href={`/descuadres/${number}`}>{`${say.break_one} ${number}`}</a>
          <span>{language === "es" ? es : en}</span>
          {payment !== null && <a href={`/pagos/${payment}`}>{`${say.payment} ${payment}`}</a>}
          <span class="quiet">
            <Moment visitor={visitor} at={opened} /> →{" "}
            {ended === null ? say.break_open : <Moment visitor={visitor} at={ended} />}
          </span>
        </li>
      ))}
    </ul>
  );
}
