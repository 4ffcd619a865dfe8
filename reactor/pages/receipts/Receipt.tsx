import type { Movement, ReceiptView } from "../../http/receipts/receiptView.ts";
import { Amount, Moment, StatusBadge } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";
import { ProofLines } from "./ProofLines.tsx";

type ReceiptProps = Readonly<{ visitor: Visitor; receipt: ReceiptView; json: string; back: string }>;

/** A payment's receipt as a sheet of paper has it: read from top to bottom, nothing folded away. @param json where it is as JSON. */
export function Receipt({ visitor, receipt, json, back }: ReceiptProps) {
  const { say, language } = visitor;
  const { payment, parties, pending } = receipt;
  return (
    <article class="receipt">
      <nav class="unprinted">
        <a href={back}>{say.back_to_payment}</a>
        <a href={json} download>
          {say.receipt_json}
        </a>
        <span class="quiet">{say.receipt_print}</span>
      </nav>
      <header>
        <p class="issuer">
          <img src="/recursos/kustodia.svg" alt="" width="28" height="28" /> Kustodia
        </p>
        <h1>{`${say.receipt} · ${say.payment} ${payment.id}`}</h1>
        <StatusBadge visitor={visitor} status={payment.status} />
        <p class="quiet">
          {say.issued_at} <Moment visitor={visitor} at={receipt.issued_at} />
        </p>
      </header>
      <dl class="parties">
        <Fact name={say.amount}>
          <Amount pesos={payment.amount} />
        </Fact>
        <Fact name={say.amount_due}>
          <Amount pesos={payment.amount_due} />
        </Fact>
        <Fact name={say.buyer}>{parties.buyer.name ?? say.erased}</Fact>
        <Fact name={say.seller}>{parties.seller.name ?? say.erased}</Fact>
        <Fact name={say.deposit_clabe}>{parties.buyer.deposit_clabe}</Fact>
        <Fact name={say.created}>
          <Moment visitor={visitor} at={payment.created_at} />
        </Fact>
        <Fact name={say.custody_end}>
          <Moment visitor={visitor} at={payment.custody_end} />
        </Fact>
        {payment.external_id !== null && <Fact name={say.external_id}>{payment.external_id}</Fact>}
      </dl>
      {receipt.legs.map((leg) => (
        <section>
          <h2>
            {leg.beneficiary?.payee ? say[`leg_payout_${leg.beneficiary.payee}`] : say[`leg_${leg.leg}`]}{" "}
            <Amount pesos={leg.amount} />
          </h2>
          <p class="quiet">
            {language === "es" ? leg.state_es : leg.state_en}
            {leg.beneficiary && ` · ${beneficiaryLine(leg.beneficiary, say)}`}
          </p>
          <ol class="movements">
            {leg.movements.map((movement) => (
              <Step visitor={visitor} movement={movement} chainId={receipt.chain.chain_id} />
            ))}
          </ol>
          {leg.movements.length === 0 && <p class="quiet">{say.nothing_yet}</p>}
        </section>
      ))}
      {pending.length > 0 && (
        <section>
          <h2>{say.not_there_yet}</h2>
          <ul>
            {pending.map(({ es, en }) => (
              <li>{language === "es" ? es : en}</li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2>{say.how_to_verify}</h2>
        <p>{say.verify_how}</p>
        <dl class="facts">
          <Fact name={say.chain_id}>{receipt.chain.chain_id}</Fact>
          <Hash name="MXNB" value={receipt.chain.mxnb} />
          <Hash name={say.escrow_contract} value={receipt.chain.escrow_contract} />
          <Hash name={say.place_bridge} value={receipt.chain.bridge_wallet} />
          <Hash name="Juno" value={receipt.chain.juno_wallet} />
          {receipt.hash_chain && (
            <Hash
              name={say.hash_chain.replace("{position}", String(receipt.hash_chain.position))}
              value={receipt.hash_chain.hash}
            />
          )}
        </dl>
      </section>
    </article>
  );
}

function Step({ visitor, movement, chainId }: { visitor: Visitor; movement: Movement; chainId: number }) {
  const { say, language } = visitor;
  return (
    <li>
      <div class="step">
        <strong>{language === "es" ? movement.es : movement.en}</strong>
        {movement.given_back && <span class="badge disputed">{say.given_back}</span>}
        {movement.amount !== null && <Amount pesos={movement.amount} />}
        <Moment visitor={visitor} at={movement.at} />
      </div>
      <ProofLines visitor={visitor} proof={movement.proof} chainId={chainId} />
    </li>
  );
}

type Beneficiary = NonNullable<ReceiptView["legs"][number]["beneficiary"]>;
const beneficiaryLine = ({ name, clabe, bank }: Beneficiary, say: Visitor["say"]) =>
  [name ?? say.erased, clabe, bank?.name ?? bank?.code].filter(Boolean).join(" · ");

const Fact = ({ name, children }: { name: string; children?: unknown }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
const Hash = ({ name, value }: { name: string; value: string }) => (
  <Fact name={name}>
    <span class="hash">{value}</span>
  </Fact>
);
