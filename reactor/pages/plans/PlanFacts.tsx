import type { z } from "zod";
import type { storedPlanView } from "../../http/wire/planView.ts";
import { Amount, Moment } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";

export type StoredPlan = z.infer<typeof storedPlanView>;

/** All of a plan that its second person answers for. */
export function PlanFacts({ visitor, stored }: { visitor: Visitor; stored: StoredPlan }) {
  const { say, language } = visitor;
  const { plan, reason, proposed_by, expires_at, confirmed_by, account, hash } = stored;
  return (
    <>
      <p>
        <strong>{language === "es" ? plan.es : plan.en}</strong>
      </p>
      <dl class="facts">
        <dt>{say.who}</dt>
        <dd>{say.plan_by.replace("{name}", proposed_by)}</dd>
        <dt>{say.reason}</dt>
        <dd>{reason}</dd>
        <dt>{confirmed_by === null ? say.plan_until : say.status}</dt>
        <dd>
          {confirmed_by === null ? (
            <Moment visitor={visitor} at={expires_at} />
          ) : (
            say.plan_confirmed_by.replace("{name}", confirmed_by)
          )}
        </dd>
        {account !== null && (
          <>
            <dt>{say.plan_account}</dt>
            <dd>{`${account.legal_name ?? "••••"} · ${account.clabe}`}</dd>
          </>
        )}
        {plan.resulting_state !== null && (
          <>
            <dt>{say.plan_result}</dt>
            <dd>
              <code>{plan.resulting_state}</code>
            </dd>
          </>
        )}
        <dt>{say.plan_calls}</dt>
        <dd>
          {plan.calls.length === 0 && <span class="quiet">{say.plan_none}</span>}
          {plan.calls.map(({ to, action, key, body }) => (
            <p>
              <code>{`${to} · ${action} ${JSON.stringify(body)}${key === null ? "" : ` · ${key}`}`}</code>
            </p>
          ))}
        </dd>
        {plan.ledger.map(({ from, to, amount, state }) => (
          <>
            <dt>{say.plan_books}</dt>
            <dd>
              {`${from} → ${to} `}
              <Amount pesos={amount} /> <span class="quiet">{state}</span>
            </dd>
          </>
        ))}
        {Object.entries(plan.details).map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd class="hash">{value}</dd>
          </>
        ))}
        <dt>hash</dt>
        <dd class="hash">{hash}</dd>
      </dl>
      {plan.payment_id !== null && (
        <p>
          <a href={`/pagos/${plan.payment_id}`}>{`${say.payment} ${plan.payment_id}`}</a>
        </p>
      )}
    </>
  );
}
