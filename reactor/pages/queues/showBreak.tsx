import { breakView } from "../../http/wire/breakView.ts";
import { termOf } from "../../payments/terms.ts";
import { askApi } from "../askApi.ts";
import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import { Card } from "../parts/Card.tsx";
import { Done } from "../parts/Done.tsx";
import { Amount, Moment } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SitePorts, Visitor } from "../site.ts";
import type { Language } from "../words/language.ts";
import { BreakState, type BreakView } from "./listBreaks.tsx";

/** The page's words for what a person does, and the API's. */
const STEPS = [
  { word: "tomar", step: "take", label: "break_take", from: ["open", "in_work", "explained"] },
  { word: "explicar", step: "explain", label: "break_explain", from: ["in_work", "explained"] },
  { word: "cerrar", step: "close", label: "break_close", from: ["explained"] },
] as const;

/** One break: what it is, what each of the three books showed, and what a person does about it. */
export function showBreak(site: Site, ports: SitePorts): void {
  site.get("/descuadres/:number", async (c) => {
    const visitor = c.get("visitor");
    const { say, language } = visitor;
    const path = `/api/breaks/${encodeURIComponent(c.req.param("number"))}`;
    const { view, etag } = await askApi(ports, c, breakView, { method: "GET", path });
    const title = `${say.break_one} ${view.number}`;
    return answerPage(
      c,
      { title },
      <>
        <h1>{title}</h1>
        <Done visitor={visitor} what={c.req.query("hecho")} />
        <p class="lead">{language === "en" ? view.is_en : view.is_es}</p>
        {view.state !== "closed" && <p class="notice info">{language === "en" ? view.next_en : view.next_es}</p>}
        <Facts visitor={visitor} view={view} />
        <Sides visitor={visitor} view={view} />
        <Steps visitor={visitor} view={view} etag={etag} />
      </>,
    );
  });
  site.post("/descuadres/:number/:word", async (c) => {
    const number = encodeURIComponent(c.req.param("number"));
    const { step } = STEPS.find(({ word }) => word === c.req.param("word")) ?? { step: c.req.param("word") };
    const { reason } = await readForm(c);
    const path = `/api/breaks/${number}/${encodeURIComponent(step)}`;
    await sendForm(ports, c, breakView, { path, body: { reason } });
    return c.redirect(`/descuadres/${number}?hecho=descuadre`, 303);
  });
}

type ViewProps = Readonly<{ visitor: Visitor; view: BreakView }>;

function Facts({ visitor, view }: ViewProps) {
  const { say } = visitor;
  return (
    <Card id="datos" title={say.break_facts}>
      <dl class="facts">
        <dt>{say.status}</dt>
        <dd>
          <BreakState visitor={visitor} view={view} />
        </dd>
        <dt>{say.amount}</dt>
        <dd>{view.amount === null ? "—" : <Amount pesos={view.amount} />}</dd>
        <dt>{say.payment}</dt>
        <dd>{view.payment_id === null ? "—" : <a href={`/pagos/${view.payment_id}`}>{view.payment_id}</a>}</dd>
        <dt>{say.break_kind}</dt>
        <dd class="hash">{view.kind}</dd>
        <dt>{say.break_opened}</dt>
        <dd>
          <Moment visitor={visitor} at={view.opened_at} />
        </dd>
        <dt>{say.who}</dt>
        <dd>{view.owner ?? "—"}</dd>
        {view.explanation !== null && <dt>{say.break_explanation}</dt>}
        {view.explanation !== null && <dd>{view.explanation}</dd>}
        {view.healed_at !== null && <dt>{say.break_healed}</dt>}
        {view.healed_at !== null && (
          <dd>
            <Moment visitor={visitor} at={view.healed_at} /> · {inWords(view.healed ?? {}, visitor.language)}
          </dd>
        )}
        {view.closed_by !== null && <dt>{say.break_closed}</dt>}
        {view.closed_by !== null && (
          <dd>
            {view.closed_by} · <Moment visitor={visitor} at={view.closed_at} /> · {view.close_reason}
          </dd>
        )}
      </dl>
    </Card>
  );
}

const Sides = ({ visitor: { say, language }, view: { sides } }: ViewProps) => (
  <Card id="evidencia" title={say.break_sides}>
    {(["books", "bank", "chain"] as const).map((side) => (
      <>
        <h3>{say[`break_${side}`]}</h3>
        {Object.keys(sides[side]).length === 0 && <p class="quiet">{say.break_silent}</p>}
        <dl class="facts">
          {Object.entries(sides[side]).map(([name, value]) => (
            <>
              <dt>{evidenceName(name, language)}</dt>
              <dd class="hash">{value}</dd>
            </>
          ))}
        </dl>
      </>
    ))}
  </Card>
);

function Steps({ visitor, view, etag }: ViewProps & Readonly<{ etag: string | null }>) {
  const { say, caller } = visitor;
  const open = STEPS.filter(({ from }) => from.some((state) => state === view.state));
  if (open.length === 0 || !caller?.scopes.has("operate")) return null;
  return (
    <Card id="acciones" title={say.actions}>
      {open.map(({ word, label }) => (
        <details name="acciones">
          <summary>{say[label]}</summary>
          <ActionForm visitor={visitor} action={`/descuadres/${view.number}/${word}`} label={say[label]} tone="main">
            {etag !== null && <input type="hidden" name="version" value={etag} />}
            <ReasonField visitor={visitor} />
          </ActionForm>
        </details>
      ))}
    </Card>
  );
}

const inWords = (shown: Readonly<Record<string, string>>, language: Language) =>
  Object.entries(shown)
    .map(([name, value]) => `${evidenceName(name, language)} ${value}`)
    .join(" · ");

/** "escrow out" is a place and a direction; all other names are one word. */
const evidenceName = (name: string, language: Language): string =>
  name
    .split(" ")
    .map((word) => termOf("evidence", word, language))
    .join(" · ");
