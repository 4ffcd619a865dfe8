import type { z } from "zod";
import type { storedPlanView } from "../../http/wire/planView.ts";
import { rowOf } from "../../payments/leg.ts";
import { termOf, termsOf } from "../../payments/terms.ts";
import { Amount, Moment } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";

export type StoredPlan = z.infer<typeof storedPlanView>;

/** All of a plan that its second person answers for. */
export function PlanFacts({ visitor, stored }: { visitor: Visitor; stored: StoredPlan }) {
  const { say, language } = visitor;
  const { plan, reason, proposed_by, expires_at, confirmed_by, confirmed_at, account, hash } = stored;
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
            <>
              {say.plan_confirmed_by.replace("{name}", confirmed_by)} · <Moment visitor={visitor} at={confirmed_at} />
            </>
          )}
        </dd>
        {account === null && plan.details.account_id !== undefined && (
          <>
            <dt>{say.plan_account}</dt>
            <dd class="quiet">{say.plan_account_forgotten}</dd>
          </>
        )}
        {account !== null && (
          <>
            <dt>{say.plan_account}</dt>
            <dd>{`${account.legal_name ?? "••••"} · ${account.clabe}`}</dd>
          </>
        )}
        {plan.resulting_state !== null && (
          <>
            <dt>{say.plan_result}</dt>
            <dd>{stateOf(plan.leg?.kind, plan.resulting_state, visitor)}</dd>
          </>
        )}
        <dt>{say.plan_calls}</dt>
        <dd>
          {plan.calls.length === 0 && <span class="quiet">{say.plan_none}</span>}
          {plan.calls.map(({ to, action, key, body }) => (
            <div class="call">
              <p>
                <strong>{termOf("action", action, language)}</strong>{" "}
                <span class="quiet">{termOf("rail", to, language)}</span>
              </p>
              <dl class="facts">
                <Named visitor={visitor} values={body} />
              </dl>
              {key !== null && <p class="hash quiet">{key}</p>}
            </div>
          ))}
        </dd>
        {plan.ledger.map(({ from, to, amount, state }) => (
          <>
            <dt>{say.plan_books}</dt>
            <dd>
              {`${termOf("place", from, language)} → ${termOf("place", to, language)} `}
              <Amount pesos={amount} /> <span class="quiet">{termOf("movement", state, language)}</span>
            </dd>
          </>
        ))}
        <Named visitor={visitor} values={plan.details} />
        <dt>{termOf("field", "hash", language)}</dt>
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

/** Values under the names that people have for them. */
const Named = ({ visitor, values }: { visitor: Visitor; values: Readonly<Record<string, string>> }) => (
  <>
    {Object.entries(values).map(([name, value]) => (
      <>
        <dt>{termOf("field", name, visitor.language)}</dt>
        <dd>
          <Value visitor={visitor} name={name} value={value} />
        </dd>
      </>
    ))}
  </>
);

function Value({ visitor: { language }, name, value }: { visitor: Visitor; name: string; value: string }) {
  if (name === "amount") return <Amount pesos={value} />;
  if (name === "scopes") return <>{termsOf(name, value, language)}</>;
  if (/\s/.test(value)) return <>{value}</>;
  return <span class="hash">{termOf(KIND_OF[name] ?? "field", value, language)}</span>;
}

/** What a value is a name of, where that is not another field. */
const KIND_OF: Readonly<Record<string, string>> = { outcome: "exit", control: "control" };

/** What a leg's state is called; review is no state of a table. */
function stateOf(kind: string | undefined, state: string, { language, say }: Visitor): string {
  const known = LEG_KINDS.find((one) => one === kind);
  if (state === "review" || known === undefined) return state === "review" ? say.in_review : state;
  const row = rowOf(known, state);
  return language === "es" ? row.es : row.en;
}

const LEG_KINDS = ["deposit", "custody", "payout"] as const;
