import { z } from "zod";
import { depositView } from "../../http/routes/listUnassigned.ts";
import { operatedView } from "../../http/wire/planView.ts";
import { readApi } from "../askApi.ts";
import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import { Amount, Moment } from "../parts/facts.tsx";
import { answerPage } from "../parts/Page.tsx";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SitePorts } from "../site.ts";

/** Money at the bank that is nobody's, and its way to a payment. */
export function listUnassigned(site: Site, ports: SitePorts): void {
  site.get("/depositos", async (c) => {
    const visitor = c.get("visitor");
    const { say, caller } = visitor;
    const answer = z.object({ deposits: z.array(depositView) });
    const { deposits } = await readApi(ports, c, answer, "/api/unassigned-deposits");
    return answerPage(
      c,
      { title: say.unassigned, live: "all" },
      <>
        <h1>{say.unassigned}</h1>
        {deposits.length === 0 && <p class="quiet">{say.nothing_here}</p>}
        {deposits.map(({ issuance_id, amount, clabe, why, seen_at }) => (
          <section class="card" id={`deposito-${issuance_id}`}>
            <h2>
              <Amount pesos={amount} />
            </h2>
            <dl class="facts">
              <dt>CLABE</dt>
              <dd>{clabe}</dd>
              <dt>{say.reason}</dt>
              <dd>{say[`unassigned_${why}`]}</dd>
              <dt>{say.issuance}</dt>
              <dd class="hash">{issuance_id}</dd>
              <dt>{say.when}</dt>
              <dd>
                <Moment visitor={visitor} at={seen_at} />
              </dd>
            </dl>
            {caller?.scopes.has("operate") && (
              <details>
                <summary>{say.assign}</summary>
                <ActionForm visitor={visitor} action="/depositos" label={say.assign} tone="danger">
                  <input type="hidden" name="issuance_id" value={issuance_id} />
                  <label>
                    {say.payment}
                    <input name="payment" required inputmode="numeric" pattern="[0-9]+" />
                  </label>
                  <ReasonField visitor={visitor} />
                </ActionForm>
              </details>
            )}
          </section>
        ))}
      </>,
    );
  });
  site.post("/depositos", async (c) => {
    const { payment = "", issuance_id, reason } = await readForm(c);
    const path = `/api/payments/${encodeURIComponent(payment)}/assign-deposit`;
    const { hash } = await sendForm(ports, c, operatedView, { path, body: { issuance_id, reason } });
    return c.redirect(hash === null ? `/pagos/${encodeURIComponent(payment)}?hecho=accion` : `/planes/${hash}`, 303);
  });
}
