import { z } from "zod";
import type { AskNode } from "./askNode.ts";
import { checkLog } from "./checkLog.ts";
import { checkEscrows, checkSums } from "./checkWhole.ts";
import { compare, type Finding } from "./finding.ts";
import type { ReceiptFile, ReceiptMovement } from "./receiptFile.ts";

/** Contracts that whoever verifies knows to be the right ones. Lower case; null: the receipt's own are taken. */
export type Known = Readonly<{ mxnb: string | null; escrow: string | null }>;

export type Verified = Readonly<{ payment: number; findings: readonly Finding[]; notChecked: readonly string[] }>;

const chainId = z.string().transform(Number);

/**
 * Compares a receipt with a chain, and with itself. Asks only the node that it is given, and believes only that.
 * @throws {NodeSilent} when the node does not answer.
 */
export async function verifyReceipt(receipt: ReceiptFile, ask: AskNode, known: Known): Promise<Verified> {
  const { chain, legs } = receipt;
  const findings: Finding[] = [compare("cadena / chain", chain.chain_id, await ask(chainId, "eth_chainId"))];
  if (known.mxnb !== null) findings.push(compare("contrato MXNB / MXNB contract", chain.mxnb, known.mxnb));
  if (known.escrow !== null)
    findings.push(compare("contrato de escrow / escrow contract", chain.escrow_contract, known.escrow));
  findings.push(...checkSums(receipt));
  const movements = legs.flatMap((leg) => leg.movements);
  for (const movement of movements) {
    if (movement.proof.kind === "chain_log") findings.push(...(await checkLog(ask, movement.proof, movement, chain)));
  }
  findings.push(...(await checkEscrows(ask, receipt)));
  return { payment: receipt.payment.id, findings, notChecked: notChecked(receipt, movements, known) };
}

/** What no chain can tell, with whom to ask. */
function notChecked(receipt: ReceiptFile, movements: readonly ReceiptMovement[], known: Known): readonly string[] {
  const unknown = [
    ...(known.mxnb === null ? [`¿es este el contrato de MXNB? / is this MXNB's contract? ${receipt.chain.mxnb}`] : []),
    ...(known.escrow === null
      ? [`¿es este el contrato de Kustodia? / is this Kustodia's contract? ${receipt.chain.escrow_contract}`]
      : []),
  ];
  const asked = movements.flatMap(({ step, proof }) => {
    if (proof.kind === "spei_deposit")
      return [`${step}: el banco, depósito SPEI / the bank, SPEI deposit ${proof.deposit_id}`];
    if (proof.kind === "bank_transaction")
      return [`${step}: el banco, ${proof.type} / the bank, ${proof.type} ${proof.transaction_id}`];
    if (proof.kind === "bank_refund") return [`${step}: el banco, reembolso / the bank, refund ${proof.refund_id}`];
    if (proof.kind === "chain_log_not_shown") return [`${step}: ${proof.transaction_hash}`];
    return [];
  });
  const seal = receipt.hash_chain;
  return [
    ...unknown,
    ...asked,
    "nombres y CLABE, que van cubiertos / names and CLABEs, which are masked",
    ...(seal ? [`sello ${seal.position} de la historia / seal of the history: npm run cli -- verify`] : []),
  ];
}
