import type { Evidence } from "../store/schema/watch.ts";
import type { Finding } from "./finding.ts";
import { placeAt } from "./flows.ts";
import { inPesos } from "./judgeLeg.ts";
import type { ThreeBooks, Witness } from "./witness.ts";

/** What the chain shows that no transaction of ours and no order of ours to the bank did: by what somebody must have done. */
export function judgeChainStrays(books: ThreeBooks): readonly Finding[] {
  const transactions = new Map<string, Witness[]>();
  for (const log of books.witnesses) {
    if (log.side !== "chain" || log.ours) continue;
    const hash = log.txHash ?? "";
    transactions.set(hash, [...(transactions.get(hash) ?? []), log]);
  }
  // A debit of the bank's that is not ours is judged as such: what it paid is the same money.
  const paidByBank = new Set(
    books.witnesses.flatMap(({ side, kind, txHash }) =>
      side === "bank" && kind === "CRYPTO_WITHDRAWAL" ? [txHash] : [],
    ),
  );
  return [...transactions].flatMap(([hash, logs]) => (paidByBank.has(hash) ? [] : judgeTransaction(hash, logs, books)));
}

/** The owner's and the operator's own doings are recognised by the contract's words; what is left are bare transfers. */
function judgeTransaction(hash: string, logs: readonly Witness[], books: ThreeBooks): readonly Finding[] {
  const whole = { ...ofLogs(logs, books), outsideId: hash };
  if (logs.some(({ kind }) => kind === "TokensRescued")) return [{ ...whole, kind: "rescued_tokens" }];
  if (logs.some(({ kind }) => kind.startsWith("Escrow"))) return [{ ...whole, kind: "escrow_by_hand" }];
  return logs.flatMap((log) => {
    // Anybody can make the token log a transfer of nothing from our address.
    if (log.kind !== "Transfer" || log.amountBaseUnits === 0n) return [];
    const [from, to] = [placeAt(log.from, books.places), placeAt(log.to, books.places)];
    const isFromUs = from === "bridge" || from === "escrow";
    const kind = isFromUs ? (to === null ? "stolen_tokens" : "moved_by_hand") : "direct_transfer";
    return [{ ...ofLogs([log], books), outsideId: log.id, kind }];
  });
}

function ofLogs(logs: readonly Witness[], { legs }: ThreeBooks): Omit<Finding, "kind" | "outsideId"> {
  const moved = logs.filter(({ kind }) => kind === "Transfer");
  const legId = logs.find((log) => log.legId !== null)?.legId ?? null;
  return {
    source: "chain",
    legId,
    paymentId: legs.find(({ id }) => id === legId)?.paymentId ?? null,
    amountBaseUnits: moved.reduce((sum, { amountBaseUnits }) => sum + (amountBaseUnits ?? 0n), 0n),
    sides: { chain: evidenceOf(logs) },
    youngestMs: Math.max(...logs.map(({ changedAtMs }) => changedAtMs)),
  };
}

function evidenceOf(logs: readonly Witness[]): Evidence {
  const [first] = logs;
  return {
    txHash: first?.txHash ?? "",
    blockNumber: String(first?.blockNumber ?? ""),
    logs: logs.map(inWords).join("; "),
  };
}

function inWords({ kind, from, to, escrowId, amountBaseUnits }: Witness): string {
  const amount = amountBaseUnits === null ? "" : ` ${inPesos(amountBaseUnits)}`;
  if (kind === "Transfer") return `${kind}${amount} ${from} → ${to}`;
  return escrowId === null ? `${kind}${amount}` : `${kind} ${escrowId}${amount}`;
}
