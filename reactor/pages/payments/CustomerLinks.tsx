import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import { Card } from "../parts/Card.tsx";
import type { Visitor } from "../site.ts";

/** To make a page for the buyer or the seller, or to end it. */
export function CustomerLinks({ visitor, paymentId }: { visitor: Visitor; paymentId: number }) {
  const { say, caller } = visitor;
  if (!caller?.scopes.has("operate")) return null;
  const forms = [
    ["enlaces", say.make_link, "main"],
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
