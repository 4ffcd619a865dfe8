import { escrowKey } from "../payments/lanes.ts";
import type { BareWitness, Names, Witness } from "./witness.ts";

/**
 * Says whose each witness is. A log is ours by its transaction's hash, or by the hash that the bank named for an order of
 * ours; a log of somebody else's transaction is its leg's where it is about a leg's escrow, and is not ours.
 */
export function nameWitnesses(bare: readonly BareWitness[], names: Names): readonly Witness[] {
  const sent = new Map(
    bare.flatMap(({ side, kind, id, txHash }) =>
      side === "bank" && kind === "CRYPTO_WITHDRAWAL" && txHash !== null && names.bank.has(id)
        ? [[txHash, names.bank.get(id) ?? null] as const]
        : [],
    ),
  );
  return bare.map((one) => {
    const named = one.side === "bank" ? ofBank(one, names) : ofChain(one, names, sent);
    return { ...one, legId: named ?? legOfEscrow(one, names), ours: named !== undefined };
  });
}

/** @returns undefined where nothing of ours names it. */
function ofBank({ id, kind, refundOf, txHash }: BareWitness, { bank, hashes }: Names): number | null | undefined {
  if (kind === "REFUND") return bank.get(refundOf ?? "");
  if (kind === "CRYPTO_DEPOSIT" && txHash !== null && hashes.has(txHash)) return hashes.get(txHash);
  return bank.get(id);
}

function ofChain(
  { txHash }: BareWitness,
  { hashes }: Names,
  sent: ReadonlyMap<string, number | null>,
): number | null | undefined {
  const hash = txHash ?? "";
  return hashes.has(hash) ? hashes.get(hash) : sent.get(hash);
}

const legOfEscrow = ({ contract, escrowId }: BareWitness, { escrows }: Names) =>
  escrowId === null ? null : (escrows.get(escrowKey(contract, escrowId)) ?? null);
