import type { Context } from "hono";
import { paymentView } from "../../http/wire/paymentView.ts";
import { ActionForm } from "../parts/ActionForm.tsx";
import { answerPage } from "../parts/Page.tsx";
import { Refusal } from "../Refusal.ts";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SiteEnv, SitePorts } from "../site.ts";
import type { PageWords } from "../words/es.ts";

type Field = Readonly<{ name: string; word: keyof PageWords; pointer: string; needed: boolean; example?: string }>;

const AMOUNT: Field = {
  ...{ name: "amount", word: "amount_in_pesos", pointer: "/amount" },
  ...{ needed: true, example: "1500.00" },
};
/** Three to a row, as they are read: the order, the buyer, the seller. */
const FIELDS: readonly Field[] = [
  { name: "external_id", word: "external_id", pointer: "/external_id", needed: false },
  { name: "payer_id", word: "buyer_id", pointer: "/payer/id", needed: true, example: "cliente-1" },
  { name: "payer_name", word: "buyer", pointer: "/payer/name", needed: true, example: "Compradora de Prueba" },
  { name: "payer_email", word: "buyer_email", pointer: "/payer/email", needed: false },
  { name: "legal_name", word: "seller", pointer: "/recipient/legal_name", needed: true, example: "Vendedora SA de CV" },
  { name: "payout_clabe", word: "payout_clabe", pointer: "/payout_clabe", needed: true, example: "032180000118359719" },
  { name: "recipient_email", word: "seller_email", pointer: "/recipient/email", needed: false },
  { name: "description", word: "description", pointer: "/description", needed: false },
  { name: "custody_amount", word: "custody_amount", pointer: "/custody_amount", needed: false },
];

/** One after the other, from the first: the API counts commissions by their place. */
const COMMISSIONS = [0, 1].map((index) => ({
  amount: {
    name: `commission_${index}_amount`,
    word: "amount_in_pesos" as const,
    pointer: `/commissions/${index}/amount`,
  },
  legalName: {
    name: `commission_${index}_name`,
    word: "legal_name" as const,
    pointer: `/commissions/${index}/legal_name`,
  },
  clabe: { name: `commission_${index}_clabe`, word: "account_clabe" as const, pointer: `/commissions/${index}/clabe` },
  role: `commission_${index}_role`,
  paidFrom: `commission_${index}_paid_from`,
}));

/** How long custody may last: whole days, or seconds in a rehearsal, which nobody waits a day for. */
const SPANS: readonly Readonly<{ word: keyof PageWords; value: string; rehearsal?: true }>[] = [
  { word: "span_half_minute", value: "30 s", rehearsal: true },
  { word: "span_5_minutes", value: "300 s", rehearsal: true },
  { word: "span_1_day", value: "1" },
  { word: "span_3_days", value: "3" },
  { word: "span_7_days", value: "7" },
  { word: "span_30_days", value: "30" },
  { word: "span_90_days", value: "90" },
];

/** Creates a payment as the API does; what it refuses is shown beside what was written. */
export function createPayment(site: Site, ports: SitePorts): void {
  site.get("/pagos/nuevo", (c) => showForm(c, ports, ports.hasSandbox ? EXAMPLES : {}, null));
  site.post("/pagos/nuevo", async (c) => {
    const form = await readForm(c);
    const body = {
      amount: form.amount?.replaceAll(",", ""),
      payer: { id: form.payer_id, name: form.payer_name, email: form.payer_email },
      recipient: { legal_name: form.legal_name, email: form.recipient_email },
      payout_clabe: form.payout_clabe?.replaceAll(" ", ""),
      ...custodyOf(form.custody ?? "", ports.nowMs()),
      custody_amount: form.custody_amount?.replaceAll(",", ""),
      commissions: commissionsIn(form),
      release_by: form.release_by,
      external_id: form.external_id,
      description: form.description,
    };
    try {
      const { id } = await sendForm(ports, c, paymentView, { path: "/api/payments", body });
      return c.redirect(`/pagos/${id}?hecho=pago`, 303);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      c.status(422);
      return showForm(c, ports, form, error.problem);
    }
  });
}

/** Those of which anything was written; what is missing of one, the API says. */
const commissionsIn = (form: Readonly<Record<string, string | undefined>>) =>
  COMMISSIONS.filter((one) => [one.amount, one.legalName, one.clabe].some(({ name }) => form[name] !== undefined)).map(
    ({ amount, legalName, clabe, role, paidFrom }) => ({
      role: form[role],
      amount: form[amount.name]?.replaceAll(",", ""),
      legal_name: form[legalName.name],
      clabe: form[clabe.name]?.replaceAll(" ", ""),
      paid_from: form[paidFrom],
    }),
  );

const custodyOf = (span: string, nowMs: number) =>
  span.endsWith(" s")
    ? { custody_end: new Date(nowMs + Number.parseInt(span, 10) * 1_000).toISOString() }
    : { custody_days: Number(span) };

const EXAMPLES: Readonly<Record<string, string>> = Object.fromEntries(
  [AMOUNT, ...FIELDS].flatMap(({ name, example }) => (example === undefined ? [] : [[name, example]])),
);

function showForm(
  c: Context<SiteEnv>,
  { hasSandbox }: SitePorts,
  written: Readonly<Record<string, string | undefined>>,
  refused: Refusal["problem"] | null,
) {
  const visitor = c.get("visitor");
  const { say, language } = visitor;
  const field = ({ name, word, pointer, needed }: Field) => (
    <label>
      {say[word]}
      <input
        name={name}
        value={written[name] ?? ""}
        required={needed}
        autocomplete="off"
        aria-invalid={refused?.pointer === pointer}
      />
    </label>
  );
  const choice = (name: string, label: string, options: Readonly<Record<string, string>>) => (
    <label>
      {label}
      <select name={name}>
        {Object.entries(options).map(([value, text]) => (
          <option value={value} selected={written[name] === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  return answerPage(
    c,
    { title: say.new_payment },
    <section class="card form">
      <h1>{say.new_payment}</h1>
      {refused && (
        <p class="notice bad" role="alert">
          {language === "es" ? refused.detail : refused.detail_en}
        </p>
      )}
      <ActionForm visitor={visitor} action="/pagos/nuevo" label={say.create} tone="main">
        <div class="fields">
          {field(AMOUNT)}
          <label>
            {say.custody_lasts}
            <select name="custody">
              {SPANS.filter(({ rehearsal }) => hasSandbox || !rehearsal).map(({ word, value }) => (
                <option value={value} selected={written.custody === value}>
                  {say[word]}
                </option>
              ))}
            </select>
          </label>
          {choice("release_by", say.release_by, {
            operator: say.release_by_operator,
            both_approvals: say.release_by_both_approvals,
          })}
          {FIELDS.map(field)}
        </div>
        {COMMISSIONS.map(({ amount, legalName, clabe, role, paidFrom }) => (
          <fieldset class="fields">
            <legend>{say.commission}</legend>
            {choice(role, say.commission_for, { platform: say.platform, broker: say.broker })}
            {[amount, legalName, clabe].map((one) => field({ ...one, needed: false }))}
            {choice(paidFrom, say.commission_paid, { deposit: say.paid_from_deposit, custody: say.paid_from_custody })}
          </fieldset>
        ))}
      </ActionForm>
    </section>,
  );
}
