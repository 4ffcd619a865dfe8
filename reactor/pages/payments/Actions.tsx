import type { Child } from "hono/jsx";
import type { z } from "zod";
import { LONGEST_CUSTODY_DAYS } from "../../http/wire/paymentRequest.ts";
import type { paymentView } from "../../http/wire/paymentView.ts";
import { missingApprovals, type ReleaseParty } from "../../payments/releaseBy.ts";
import { ENDED_STATUSES } from "../../payments/status.ts";
import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import { Card } from "../parts/Card.tsx";
import type { Visitor } from "../site.ts";
import type { PageWords } from "../words/es.ts";
import { AccountForm } from "./AccountForm.tsx";
import type { WholeLeg } from "./LegRails.tsx";
import { ReviewExits } from "./ReviewExits.tsx";

type ActionsProps = Readonly<{
  visitor: Visitor;
  payment: z.infer<typeof paymentView>;
  legs: readonly WholeLeg[];
  /** The payment as it is shown: what is done is refused when it has changed since. */
  etag: string | null;
  mayPretend: boolean;
}>;

/** What this visitor may do to the payment where it stands. */
export function Actions({ visitor, payment, legs, etag, mayPretend }: ActionsProps) {
  const { say, caller } = visitor;
  if (!caller?.scopes.has("operate")) return null;
  const stateOf = (kind: WholeLeg["kind"]) => legs.find((leg) => leg.kind === kind)?.state;
  const awaits = stateOf("deposit") === "awaiting";
  const active = stateOf("custody") === "active";
  const disputed = stateOf("custody") === "disputed";
  const missing = missingApprovals(
    payment.release_by,
    payment.release_approvals.map(({ party }) => party),
  );
  const open = !ENDED_STATUSES.some((status) => status === payment.status);
  const erasable = !open && payment.erased_at === null && caller.scopes.has("admin");
  const act = (verb: string, label: keyof PageWords, fields?: Child) => (
    <details name="acciones">
      <summary>{say[label]}</summary>
      <ActionForm visitor={visitor} action={`/pagos/${payment.id}/${verb}`} label={say[label]} tone="danger">
        {etag !== null && <input type="hidden" name="version" value={etag} />}
        {fields}
        <ReasonField visitor={visitor} />
      </ActionForm>
    </details>
  );
  return (
    <Card id="acciones" title={say.actions}>
      {awaits && mayPretend && (
        <ActionForm
          visitor={visitor}
          action={`/pagos/${payment.id}/simular`}
          label={say.simulate_deposit}
          tone="main"
        />
      )}
      {legs
        .filter(({ exits }) => exits.length > 0)
        .map((leg) => (
          <ReviewExits visitor={visitor} leg={leg} etag={etag} paymentId={payment.id} />
        ))}
      {legs
        .filter(({ account_correction }) => account_correction !== null)
        .map((leg) => (
          <AccountForm visitor={visitor} leg={leg} etag={etag} paymentId={payment.id} />
        ))}
      {awaits && act("cancel", "cancel")}
      {open && (payment.held ? act("release-hold", "release_hold") : act("hold", "hold"))}
      {open && act("annotate", "annotate")}
      {active && act("dispute", "open_dispute")}
      {active &&
        act(
          "extend-custody",
          "extend_custody",
          <>
            <p class="quiet">{say.two_persons}</p>
            <label>
              {say.extend_days}
              <input
                name="custody_days"
                type="number"
                required
                min={1}
                max={LONGEST_CUSTODY_DAYS}
                inputmode="numeric"
              />
            </label>
          </>,
        )}
      {active &&
        missing.length > 0 &&
        act("approve-release", "approve_release", <GivenApproval {...{ visitor, missing }} />)}
      {active &&
        missing.length === 0 &&
        act(
          "early-release",
          "release_early",
          <>
            <p class="quiet">{say.two_persons}</p>
            <Approval name="buyer_approval" label={say.buyer_approval} />
            <Approval name="seller_approval" label={say.seller_approval} />
          </>,
        )}
      {disputed &&
        act(
          "ruling",
          "rule",
          <>
            <p class="quiet">{say.two_persons}</p>
            <label>
              {say.rule_for}
              <select name="for">
                <option value="seller">{say.seller}</option>
                <option value="buyer">{say.buyer}</option>
              </select>
            </label>
          </>,
        )}
      {erasable &&
        act(
          "erase",
          "erase",
          <p class="quiet">
            {say.erased_for_ever} {say.two_persons}
          </p>,
        )}
      {!open && !erasable && <p class="quiet">{say.nothing_to_do}</p>}
    </Card>
  );
}

const GivenApproval = ({ visitor: { say }, missing }: { visitor: Visitor; missing: readonly ReleaseParty[] }) => (
  <>
    <p class="quiet">{say.second_approval_releases}</p>
    <label>
      {say.approving_party}
      <select name="party">
        {missing.map((party) => (
          <option value={party}>{say[party]}</option>
        ))}
      </select>
    </label>
    <Approval name="evidence" label={say.approval_evidence} />
  </>
);

const Approval = ({ name, label }: { name: string; label: string }) => (
  <label>
    {label}
    <textarea name={name} required maxlength={500} rows={2} />
  </label>
);
