import { breakKinds } from "../../reactor/payments/breakKinds.ts";
import type { Finding } from "../../reactor/reconcile/finding.ts";
import { inPesos } from "../../reactor/reconcile/judgeLeg.ts";

/** A difference as a person reads it: what it is, whose, and what each side shows. */
export function tell(finding: Finding): string {
  const { kind, paymentId, outsideId, amountBaseUnits, sides } = finding;
  const whose = paymentId === null ? outsideId : `pago/payment ${paymentId}, ${outsideId}`;
  const shown = Object.entries(sides).map(
    ([side, evidence]) =>
      `    ${side}: ${Object.entries(evidence)
        .map(([name, value]) => `${name} ${value}`)
        .join(" · ")}`,
  );
  const { es, en } = breakKinds[kind].is;
  return [`✗ ${kind}, ${inPesos(amountBaseUnits)} (${whose}): ${es} / ${en}`, ...shown].join("\n");
}
