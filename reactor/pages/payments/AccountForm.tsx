import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import type { Visitor } from "../site.ts";
import type { WholeLeg } from "./LegRails.tsx";
import { legTitle } from "./legTitle.ts";

type AccountFormProps = Readonly<{ visitor: Visitor; leg: WholeLeg; paymentId: number; etag: string | null }>;

/** Another account for one payout, while its SPEI cannot be under way. */
export function AccountForm({ visitor, leg, paymentId, etag }: AccountFormProps) {
  const { say } = visitor;
  const evidence = leg.account_correction ?? [];
  return (
    <details name="acciones">
      <summary>{`${say.correct_account} · ${legTitle(visitor, leg)}`}</summary>
      <ActionForm visitor={visitor} action={`/pagos/${paymentId}/account`} label={say.correct_account} tone="danger">
        <p class="quiet">{say.two_persons}</p>
        {etag !== null && <input type="hidden" name="version" value={etag} />}
        <input type="hidden" name="leg_id" value={String(leg.id)} />
        <AccountFields visitor={visitor} />
        {evidence.includes("refund") && (
          <label>
            {say.evidence_refund}
            <input name="refund" required autocomplete="off" />
          </label>
        )}
        {evidence.includes("definite_no") && <p class="quiet">{say.needs_definite_no}</p>}
        <ReasonField visitor={visitor} />
      </ActionForm>
    </details>
  );
}

/** Whose account it is, and its number. */
export const AccountFields = ({ visitor: { say } }: Pick<AccountFormProps, "visitor">) => (
  <>
    <label>
      {say.legal_name}
      <input name="legal_name" required maxlength={200} autocomplete="off" />
    </label>
    <label>
      {say.account_clabe}
      <input name="clabe" required inputmode="numeric" pattern="[0-9]{18}" autocomplete="off" />
    </label>
  </>
);
