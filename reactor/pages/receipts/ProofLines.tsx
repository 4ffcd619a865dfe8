import type { Cep, Proof } from "../../http/receipts/receiptView.ts";
import { transactionUrl } from "../explorer.ts";
import { pesos } from "../formats.ts";
import type { Visitor } from "../site.ts";

type Line = Readonly<{ name: string; value: string; href?: string | null }>;

/** What a person asks bank or chain for, to see one movement with their own eyes. */
export function ProofLines({ visitor, proof, chainId }: { visitor: Visitor; proof: Proof; chainId: number }) {
  const { say } = visitor;
  const cep = "cep" in proof ? proof.cep : undefined;
  return (
    <>
      <dl class="proof">
        {linesOf(proof, chainId, say).map(({ name, value, href }) => (
          <div>
            <dt>{name}</dt>
            <dd class="hash">{href ? <a href={href}>{value}</a> : value}</dd>
          </div>
        ))}
      </dl>
      {cep && <CepLines visitor={visitor} cep={cep} />}
    </>
  );
}

function linesOf(proof: Proof, chainId: number, say: Visitor["say"]): readonly Line[] {
  switch (proof.kind) {
    case "spei_deposit":
      return [{ name: say.spei_deposit_id, value: proof.deposit_id }];
    case "bank_transaction":
      return [{ name: say.bank_transaction, value: `${proof.transaction_id} · ${proof.type} ${proof.status}` }];
    case "bank_refund":
      return [{ name: say.bank_refund, value: proof.refund_id }];
    case "chain_log_not_shown":
      return [{ name: say.transaction, value: proof.transaction_hash }];
    case "chain_log": {
      const { transaction_hash: hash, from, to, escrow_id: escrow } = proof;
      return [
        { name: say.transaction, value: hash, href: transactionUrl(chainId, hash) },
        { name: say.block, value: `${proof.block_number} · ${proof.block_hash}` },
        { name: say.log, value: `${proof.event} (${proof.log_index}), ${proof.contract}` },
        ...(from && to ? [{ name: say.from_to, value: `${from} → ${to}` }] : []),
        ...(escrow ? [{ name: say.escrow_id, value: escrow }] : []),
        ...(proof.settled ? [] : [{ name: say.status, value: say.not_settled }]),
      ];
    }
  }
}

/** The data of Banxico's page, or which part of it the bank does not tell. */
function CepLines({ visitor: { say }, cep }: { visitor: Visitor; cep: Cep }) {
  const bankName = (bank: Cep["sending_bank"]) => (bank === null ? "—" : `${bank.name ?? ""} (${bank.code})`.trim());
  const lines: readonly Line[] = [
    { name: say.cep_date, value: cep.date },
    { name: say.tracking_key, value: cep.clave_rastreo ?? "—" },
    { name: say.cep_sender, value: bankName(cep.sending_bank) },
    { name: say.cep_receiver, value: bankName(cep.receiving_bank) },
    { name: say.cep_account, value: cep.beneficiary_clabe },
    { name: say.amount, value: pesos(cep.amount) },
  ];
  return (
    <div class="cep">
      <p>
        {cep.missing.length === 0 ? say.cep_ready : say.cep_lacks}{" "}
        {cep.missing.map((part) => say[`cep_lacks_${part}`]).join(" ")}{" "}
        {cep.missing.length === 0 && <a href={cep.page}>banxico.org.mx/cep</a>}
      </p>
      <dl class="proof">
        {lines.map(({ name, value }) => (
          <div>
            <dt>{name}</dt>
            <dd class="hash">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
