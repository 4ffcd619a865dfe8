import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import { Card } from "../parts/Card.tsx";
import type { Visitor } from "../site.ts";

type CustomerLinksProps = Readonly<{ visitor: Visitor; paymentId: number; mayMail: boolean }>;

/** To make a page for the buyer or the seller, to have it mailed to them unseen, or to end it. */
export function CustomerLinks({ visitor, paymentId, mayMail }: CustomerLinksProps) {
  const { say, caller } = visitor;
  if (!caller?.scopes.has("operate")) return null;
  const forms = [
    ["enlaces", say.make_link, "main"],
    ...(mayMail ? [["enlaces/enviar", say.mail_link, "main"] as const] : []),
    ["enlaces/revocar", say.revoke_link, "danger"],
  ] as const;
  return (
    <Card id="enlaces" title={say.customer_links}>
      <p class="quiet">{say.links_how}</p>
      {forms.map(([path, label, tone]) => (
        <details>
          <summary>{label}</summary>
          <ActionForm visitor={visitor} action={`/pagos/${paymentId}/${path}`} label={label} tone={tone}>
            <label>
              {say.link_for}
              <select name="for">
                <option value="buyer">{say.buyer}</option>
                <option value="seller">{say.seller}</option>
              </select>
            </label>
            <ReasonField visitor={visitor} />
          </ActionForm>
        </details>
      ))}
    </Card>
  );
}
