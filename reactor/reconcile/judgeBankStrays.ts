import { BASE_UNITS_PER_CENTAVO, toDecimal } from "../payments/money.ts";
import { type Debit, unexplainedDebits } from "../payments/unexplainedDebits.ts";
import type { Evidence } from "../store/schema/watch.ts";
import type { Finding } from "./finding.ts";
import { inPesos } from "./judgeLeg.ts";
import type { ThreeBooks, Witness } from "./witness.ts";

/** What the bank shows that nothing of ours has ordered, claimed or kept as nobody's. */
export function judgeBankStrays(books: ThreeBooks): readonly Finding[] {
  const strays = books.witnesses.filter(({ side, ours }) => side === "bank" && !ours);
  const unexplained = new Set(unexplainedDebits(strays.flatMap(toDebit), books.openOrders).map(({ id }) => id));
  return strays.flatMap((stray) => {
    if (unexplained.has(stray.id)) return [debitFinding(stray, books)];
    return creditFindings(stray, books);
  });
}

function creditFindings(stray: Witness, books: ThreeBooks): readonly Finding[] {
  const kept = stray.kind === "ISSUANCE" ? books.suspended.get(stray.id) : undefined;
  if (kept === undefined) {
    return isUnexplainedCredit(stray, books) ? [{ ...ofStray(stray), kind: "unexplained_credit" }] : [];
  }
  if (stray.amountBaseUnits === kept * BASE_UNITS_PER_CENTAVO) return [];
  const { sides, ...rest } = ofStray(stray);
  const suspense = { suspense: toDecimal(kept) };
  return [{ ...rest, kind: "changed_amount", sides: { ...sides, books: suspense } }];
}

const ACTIONS: Readonly<Record<string, Debit["action"]>> = { CRYPTO_WITHDRAWAL: "withdraw", REDEMPTION: "redeem" };

function toDebit({ id, kind, status, amountBaseUnits, accountId, to, atMs }: Witness): readonly Debit[] {
  const action = ACTIONS[kind];
  if (action === undefined || status === "FAILED" || amountBaseUnits === null) return [];
  return [{ id, action, amountBaseUnits, destination: action === "redeem" ? accountId : to, createdAtMs: atMs }];
}

/** A second redemption to whom a payout of ours was paid, of its very amount, is that payout's double. */
function debitFinding(stray: Witness, { witnesses, legs }: ThreeBooks): Finding {
  const first = witnesses.find(
    ({ ours, kind, accountId, amountBaseUnits }) =>
      ours && kind === "REDEMPTION" && accountId === stray.accountId && amountBaseUnits === stray.amountBaseUnits,
  );
  if (stray.kind !== "REDEMPTION" || stray.accountId === null || first === undefined) {
    return { ...ofStray(stray), kind: "unexplained_debit" };
  }
  const leg = legs.find(({ id }) => id === first.legId);
  return {
    ...ofStray(stray),
    kind: "doubled_payout",
    legId: first.legId,
    paymentId: leg?.paymentId ?? null,
    sides: { bank: { ...bankEvidence(stray), first: first.id } },
  };
}

function isUnexplainedCredit({ kind, status, txHash, refundOf }: Witness, books: ThreeBooks): boolean {
  if (status !== "COMPLETE") return false;
  switch (kind) {
    case "ISSUANCE":
      return true;
    case "CRYPTO_DEPOSIT":
      // Sent by somebody else's transaction that the chain shows: that one is judged.
      return !books.witnesses.some((one) => one.side === "chain" && one.txHash === txHash);
    case "REFUND":
      return !books.witnesses.some((one) => one.id === refundOf && one.status === "FAILED");
    default:
      return false;
  }
}

function ofStray(stray: Witness): Omit<Finding, "kind"> {
  return {
    source: "bank",
    outsideId: stray.id,
    legId: null,
    paymentId: null,
    amountBaseUnits: stray.amountBaseUnits ?? 0n,
    sides: { bank: bankEvidence(stray) },
    youngestMs: stray.changedAtMs,
  };
}

/** No CLABE: evidence is kept for ever. */
function bankEvidence({ id, kind, status, amountBaseUnits, accountId, txHash, refundOf }: Witness): Evidence {
  const told = { id, kind, status, amount: inPesos(amountBaseUnits ?? 0n), account: accountId, txHash, refundOf };
  return Object.fromEntries(Object.entries(told).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
