import { missingOf } from "../../http/operations/approveRelease.ts";
import type { findLink } from "../../store/paymentLinks.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import { FormToken } from "../parts/ActionForm.tsx";
import type { Visitor } from "../site.ts";

type OwnApprovalProps = Readonly<{
  visitor: Visitor;
  token: string;
  link: NonNullable<Awaited<ReturnType<typeof findLink>>>;
  record: PaymentRecord;
}>;

/** Where a payment asks for both parties' approvals: this party's own, while the money is in custody. */
export function OwnApproval({ visitor, token, link, record }: OwnApprovalProps) {
  const { say } = visitor;
  const inCustody = record.legs.some(({ kind, state }) => kind === "custody" && state === "active");
  if (record.payment.releaseBy !== "both_approvals" || !inCustody) return null;
  const isMissing = missingOf(record).includes(link.audience);
  return (
    <section class="card" id="aprobacion">
      <h2>{say.approve_early}</h2>
      {!isMissing && <p class="notice good">{say.approve_early_given}</p>}
      {isMissing && !link.approves && <p>{say.approve_early_by_mail}</p>}
      {isMissing && link.approves && (
        <form method="post" action={`/seguimiento/${token}/aprobar`} class="action">
          <FormToken visitor={visitor} />
          <p>{say.approve_early_how}</p>
          <button type="submit" class="main">
            {say.approve_early_yes}
          </button>
        </form>
      )}
    </section>
  );
}
