import { z } from "zod";
import { depositView } from "../../http/routes/listUnassigned.ts";
import { operatedView } from "../../http/wire/planView.ts";
import { readApi } from "../askApi.ts";
import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import { Amount, Moment } from "../parts/facts.tsx";
import { More } from "../parts/More.tsx";
import { answerPage } from "../parts/Page.tsx";
import { AccountFields } from "../payments/AccountForm.tsx";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SitePorts } from "../site.ts";

const PAGE = 25;
const answer = z.object({ deposits: z.array(depositView), next_after: z.string().nullable() });

/** Money at the bank that is nobody's, and its way to a payment. */
export function listUnassigned(site: Site, ports: SitePorts): void {
  site.get("/depositos", async (c) => {
    const visitor = c.get("visitor");
    const { say, caller } = visitor;
    const after = c.req.query("after");
    const path = `/api/unassigned-deposits?limit=${PAGE}${after ? `&after=${encodeURIComponent(after)}` : ""}`;
    const { deposits, next_after } = await readApi(ports, c, answer, path);
    return answerPage(
      c,
      { title: say.unassigned, live: "all" },
      <>
        <h1>{say.unassigned}</h1>
        <p class="lead">{say.unassigned_how}</p>
        {deposits.length === 0 && (
          <section class="card" id="lista">
            <p class="nothing">{say.no_unassigned}</p>
          </section>
        )}
        {deposits.map(({ issuance_id, amount, clabe, why, payer_name, buyer_names, seen_at }) => (
          <section class="card" id={`deposito-${issuance_id}`}>
            <h2>
              <Amount pesos={amount} />
            </h2>
            <dl class="facts">
              <dt>CLABE</dt>
              <dd>{clabe}</dd>
              <dt>{say.reason}</dt>
              <dd>{say[`unassigned_${why}`]}</dd>
              {payer_name !== null && (
                <>
                  <dt>{say.deposit_payer}</dt>
                  <dd>{payer_name}</dd>
                </>
              )}
              {buyer_names.length > 0 && (
                <>
                  <dt>{say.buyer}</dt>
                  <dd>{buyer_names.join(", ")}</dd>
                </>
              )}
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
            {caller?.scopes.has("operate") && why !== "returned_payout" && (
              <details>
                <summary>{say.return_deposit}</summary>
                <ActionForm visitor={visitor} action="/depositos/devolver" label={say.return_deposit} tone="danger">
                  <p class="quiet">{say.two_persons}</p>
                  <input type="hidden" name="issuance_id" value={issuance_id} />
                  <AccountFields visitor={visitor} />
                  <ReasonField visitor={visitor} />
                </ActionForm>
              </details>
            )}
          </section>
        ))}
        <More visitor={visitor} path="/depositos" after={next_after} />
      </>,
    );
  });
  site.post("/depositos/devolver", async (c) => {
    const { issuance_id = "", legal_name, clabe, reason } = await readForm(c);
    const path = `/api/unassigned-deposits/${encodeURIComponent(issuance_id)}/return`;
    const { hash } = await sendForm(ports, c, operatedView, { path, body: { legal_name, clabe, reason } });
    return c.redirect(`/planes/${hash}`, 303);
  });
  site.post("/depositos", async (c) => {
    const { payment = "", issuance_id, reason } = await readForm(c);
    const path = `/api/payments/${encodeURIComponent(payment)}/assign-deposit`;
    const { hash } = await sendForm(ports, c, operatedView, { path, body: { issuance_id, reason } });
    return c.redirect(hash === null ? `/pagos/${encodeURIComponent(payment)}?hecho=accion` : `/planes/${hash}`, 303);
  });
}
