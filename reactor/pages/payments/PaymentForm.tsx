import type { Child } from "hono/jsx";
import { ActionForm } from "../parts/ActionForm.tsx";
import type { Refusal } from "../Refusal.ts";
import type { Visitor } from "../site.ts";
import type { PageWords } from "../words/es.ts";

type Field = Readonly<{
  name: string;
  word: keyof PageWords;
  pointer: string;
  /** What stands in a field that may be left empty; one without it is needed. */
  empty?: keyof PageWords;
  mode?: "decimal" | "numeric" | "email";
  /** What a local start shows as an example. */
  example?: string;
}>;

const AMOUNT: Field = {
  ...{ name: "amount", word: "amount_in_pesos", pointer: "/amount", mode: "decimal", example: "1500.00" },
};
const REFERENCE: readonly Field[] = [
  { name: "external_id", word: "external_id", pointer: "/external_id", empty: "optional" },
  { name: "description", word: "description", pointer: "/description", empty: "optional" },
];
const CUSTODY_AMOUNT: Field = {
  ...{
    name: "custody_amount",
    word: "custody_amount",
    pointer: "/custody_amount",
    empty: "all_of_it",
    mode: "decimal",
  },
};
const BUYER: readonly Field[] = [
  { name: "payer_id", word: "buyer_id", pointer: "/payer/id", example: "cliente-1" },
  { name: "payer_name", word: "buyer_name", pointer: "/payer/name", example: "Compradora de Prueba" },
  { name: "payer_email", word: "email", pointer: "/payer/email", empty: "optional", mode: "email" },
];
const SELLER: readonly Field[] = [
  { name: "legal_name", word: "legal_name", pointer: "/recipient/legal_name", example: "Vendedora SA de CV" },
  {
    ...{ name: "payout_clabe", word: "account_clabe", pointer: "/payout_clabe", mode: "numeric" },
    example: "032180000118359719",
  },
  { name: "recipient_email", word: "email", pointer: "/recipient/email", empty: "optional", mode: "email" },
];

/** One after the other, from the first: the API counts commissions by their place. */
export const COMMISSIONS = [0, 1].map((index) => {
  const field = (name: string, word: keyof PageWords, member: string, mode?: Field["mode"]): Field => ({
    ...{ name: `commission_${index}_${name}`, word, pointer: `/commissions/${index}/${member}`, empty: "optional" },
    ...(mode && { mode }),
  });
  return {
    amount: field("amount", "amount_in_pesos", "amount", "decimal"),
    legalName: field("name", "legal_name", "legal_name"),
    clabe: field("clabe", "account_clabe", "clabe", "numeric"),
    role: `commission_${index}_role`,
    paidFrom: `commission_${index}_paid_from`,
  };
});

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

/** What is written in the form, by the names of its fields. */
export type Written = Readonly<Record<string, string | undefined>>;

export const EXAMPLES: Written = Object.fromEntries(
  [AMOUNT, ...BUYER, ...SELLER].flatMap(({ name, example }) => (example === undefined ? [] : [[name, example]])),
);

type PaymentFormProps = Readonly<{
  visitor: Visitor;
  written: Written;
  refused: Refusal["problem"] | null;
  hasSandbox: boolean;
}>;

/** A new payment: the order, who buys, whom it is paid to, and who earns a part of it. */
export function PaymentForm({ visitor, written, refused, hasSandbox }: PaymentFormProps) {
  const { say, language } = visitor;
  const field = (one: Field) => <Input say={say} field={one} written={written} refused={refused} />;
  const choice = (name: string, word: keyof PageWords, options: Options, wide?: true) => (
    <Choice name={name} label={say[word]} options={options} chosen={written[name]} wide={wide} />
  );
  const spans = SPANS.filter(({ rehearsal }) => hasSandbox || !rehearsal);
  return (
    <section class="card form">
      <h1>{say.new_payment}</h1>
      {refused && (
        <p class="notice bad" role="alert" id="rechazo">
          {language === "es" ? refused.detail : refused.detail_en}
        </p>
      )}
      <ActionForm visitor={visitor} action="/pagos/nuevo" label={say.create} tone="main">
        <Group title={say.payment}>
          {field(AMOUNT)}
          {choice(
            "custody",
            "custody_lasts",
            spans.map(({ word, value }) => [value, say[word]]),
          )}
          {field(CUSTODY_AMOUNT)}
          {choice(
            "release_by",
            "release_by",
            [
              ["operator", say.release_by_operator],
              ["both_approvals", say.release_by_both_approvals],
            ],
            true,
          )}
          {REFERENCE.map(field)}
        </Group>
        <Group title={say.buyer}>{BUYER.map(field)}</Group>
        <Group title={say.seller}>{SELLER.map(field)}</Group>
        {COMMISSIONS.map(({ amount, legalName, clabe, role, paidFrom }, index) => (
          <details class="folded" open={[amount, legalName, clabe].some(({ name }) => written[name] !== undefined)}>
            <summary>{say.commission.replace("{number}", String(index + 1))}</summary>
            <div class="fields">
              {choice(role, "commission_for", [
                ["platform", say.platform],
                ["broker", say.broker],
              ])}
              {[amount, legalName, clabe].map(field)}
              {choice(paidFrom, "commission_paid", [
                ["deposit", say.paid_from_deposit],
                ["custody", say.paid_from_custody],
              ])}
            </div>
          </details>
        ))}
      </ActionForm>
    </section>
  );
}

const Group = ({ title, children }: { title: string; children?: Child }) => (
  <fieldset class="fields">
    <legend>{title}</legend>
    {children}
  </fieldset>
);

type InputProps = Readonly<{ say: PageWords; field: Field; written: Written; refused: Refusal["problem"] | null }>;

function Input({ say, field: { name, word, pointer, empty, mode }, written, refused }: InputProps) {
  const wrong = refused?.pointer === pointer;
  return (
    <label>
      {say[word]}
      <input
        name={name}
        value={written[name] ?? ""}
        required={empty === undefined}
        autocomplete="off"
        aria-invalid={wrong}
        {...(wrong && { "aria-describedby": "rechazo" })}
        {...(mode && { inputmode: mode })}
        {...(empty && { placeholder: say[empty] })}
      />
    </label>
  );
}

/** Each value, and what it is called; the first one is chosen where nothing was. */
type Options = readonly (readonly [value: string, text: string])[];
type ChoiceProps = Readonly<{
  name: string;
  label: string;
  options: Options;
  chosen: string | undefined;
  wide: true | undefined;
}>;

const Choice = ({ name, label, options, chosen, wide }: ChoiceProps) => (
  <label class={wide ? "whole" : ""}>
    {label}
    <select name={name}>
      {options.map(([value, text]) => (
        <option value={value} selected={chosen === value}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
