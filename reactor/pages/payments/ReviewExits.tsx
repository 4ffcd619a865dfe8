import { type AnyState, rowOf } from "../../payments/leg.ts";
import { termOf } from "../../payments/terms.ts";
import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import type { Visitor } from "../site.ts";
import type { WholeLeg } from "./LegRails.tsx";
import { legTitle } from "./legTitle.ts";

type ReviewExitsProps = Readonly<{ visitor: Visitor; leg: WholeLeg; paymentId: number; etag: string | null }>;

const EVIDENCE = ["bank_transaction", "token_transfer", "refund"] as const;

/** The ways of a leg out of review, each with the evidence that it asks for and how many persons stand for it. */
export function ReviewExits({ visitor, leg, paymentId, etag }: ReviewExitsProps) {
  const { say, language } = visitor;
  return (
    <>
      <h3>{`${legTitle(visitor, leg)}: ${say.out_of_review}`}</h3>
      {leg.exits.map((exit) => (
        <details name="acciones">
          <summary>
            {`${say.exit_to.replace("{outcome}", termOf("exit", exit.outcome, language)).replace("{state}", stateOf(leg, exit.to)[language])} · ${exit.persons === 2 ? say.by_two : say.by_one}`}
          </summary>
          <ActionForm
            visitor={visitor}
            action={`/pagos/${paymentId}/review`}
            label={termOf("exit", exit.outcome, language)}
            tone="danger"
          >
            {etag !== null && <input type="hidden" name="version" value={etag} />}
            <input type="hidden" name="leg_id" value={String(leg.id)} />
            <input type="hidden" name="outcome" value={exit.outcome} />
            {EVIDENCE.filter((name) => exit.evidence.includes(name)).map((name) => (
              <label>
                {say[`evidence_${name}`]}
                <input name={name} required autocomplete="off" />
              </label>
            ))}
            {exit.evidence.includes("definite_no") && <p class="quiet">{say.needs_definite_no}</p>}
            <ReasonField visitor={visitor} />
          </ActionForm>
        </details>
      ))}
    </>
  );
}

const stateOf = ({ kind }: WholeLeg, state: string) => rowOf(kind, state as AnyState);
