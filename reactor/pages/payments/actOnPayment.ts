import { z } from "zod";
import { operatedView } from "../../http/wire/planView.ts";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SitePorts } from "../site.ts";

/** The API's verbs about a payment, and which fields of the form their bodies have beside the reason. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  annotate: [],
  cancel: [],
  hold: [],
  "release-hold": [],
  dispute: [],
  ruling: ["for"],
  "early-release": ["buyer_approval", "seller_approval"],
  "approve-release": ["party", "evidence"],
  "extend-custody": [],
  review: [],
  erase: [],
  account: ["legal_name", "clabe", "refund"],
};

const EVIDENCE = ["bank_transaction", "token_transfer", "refund"];

type Form = Readonly<Record<string, string | undefined>>;

/** Does what a payment's page offers; what two persons must stand for leads to its plan. */
export function actOnPayment(site: Site, ports: SitePorts): void {
  site.post("/pagos/:id{[0-9]+}/simular", async (c) => {
    const id = c.req.param("id");
    const path = `/api/payments/${id}/simulate-deposit`;
    await sendForm(ports, c, z.object({}), { path, body: undefined });
    return c.redirect(`/pagos/${id}?hecho=deposito`, 303);
  });
  for (const [verb, names] of Object.entries(VERBS)) {
    site.post(`/pagos/:id{[0-9]+}/${verb}`, async (c) => {
      const id = c.req.param("id");
      const form = await readForm(c);
      const body = { reason: form.reason, ...pick(form, names), ...BESIDE[verb]?.(form) };
      const path = `/api/payments/${id}/${verb}`;
      const { hash } = await sendForm(ports, c, operatedView, { path, body });
      return c.redirect(hash === null ? `/pagos/${id}?hecho=accion` : `/planes/${hash}`, 303);
    });
  }
}

const pick = (form: Form, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, form[name]]));

const legOf = (form: Form) => ({ leg_id: Number(form.leg_id) });

/** What bodies have beside that is no text of the form's. */
const BESIDE: Readonly<Record<string, (form: Form) => object>> = {
  account: legOf,
  "extend-custody": (form) => ({ custody_days: Number(form.custody_days) }),
  review: (form) => ({ ...legOf(form), outcome: form.outcome, evidence: pick(form, EVIDENCE) }),
};
