import type { Context } from "hono";
import { paymentView } from "../../http/wire/paymentView.ts";
import { answerPage } from "../parts/Page.tsx";
import { Refusal } from "../Refusal.ts";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SiteEnv, SitePorts } from "../site.ts";
import { COMMISSIONS, EXAMPLES, PaymentForm, type Written } from "./PaymentForm.tsx";

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

function showForm(
  c: Context<SiteEnv>,
  { hasSandbox }: SitePorts,
  written: Written,
  refused: Refusal["problem"] | null,
) {
  const visitor = c.get("visitor");
  return answerPage(
    c,
    { title: visitor.say.new_payment },
    <PaymentForm visitor={visitor} written={written} refused={refused} hasSandbox={hasSandbox} />,
  );
}

/** Those of which anything was written; what is missing of one, the API says. */
const commissionsIn = (form: Written) =>
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
