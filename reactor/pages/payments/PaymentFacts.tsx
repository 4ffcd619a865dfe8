import type { z } from "zod";
import type { paymentView } from "../../http/wire/paymentView.ts";
import { FIRST_LANE } from "../../payments/lanes.ts";
import { termOf } from "../../payments/terms.ts";
import { transactionUrl } from "../explorer.ts";
import { Card } from "../parts/Card.tsx";
import { Moment } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";

type Payment = z.infer<typeof paymentView>;

/** Who, until when, and by which names bank and chain know it. */
export function PaymentFacts({ visitor, payment }: { visitor: Visitor; payment: Payment }) {
  const { say } = visitor;
  const facts: readonly (readonly [string, string | null])[] = [
    [say.buyer, `${payment.payer.name ?? "—"} (${payment.payer.id})`],
    [say.deposit_clabe, payment.deposit_clabe],
    [say.deposit_payer, payment.deposit_payer && payerOf(visitor, payment.deposit_payer)],
    [say.seller, payment.recipient.legal_name],
    [say.payout_clabe, payment.payout_clabe],
    [say.external_id, payment.external_id],
    [say.description, payment.description],
    [say.conditions, payment.conditions],
  ];
  return (
    <Card id="datos" title={say.payment_facts}>
      <dl class="facts">
        {facts.map(([name, value]) => value !== null && <Fact name={name} value={value} />)}
        <dt>{say.custody_end}</dt>
        <dd>
          <Moment visitor={visitor} at={payment.custody_end} />
        </dd>
        <Fact name={say.release_by} value={say[`release_by_${payment.release_by}`]} />
        {payment.release_approvals.map(({ party, given_by, recorded_by, recorded_at }) => (
          <>
            <dt>{`${say.release_approved}: ${say[party]}`}</dt>
            <dd>
              <Moment visitor={visitor} at={recorded_at} />{" "}
              <span class="quiet">
                {given_by === "party" ? say.approved_itself : say.approved_by_word.replace("{name}", recorded_by)}
              </span>
            </dd>
          </>
        ))}
        {payment.own_approvals.map(({ party, why_not, sent_to, sent_at }) => (
          <>
            <dt>{`${say.own_link}: ${say[party]}`}</dt>
            <dd>
              {why_not !== null && say[`own_link_${why_not}`]}
              {why_not === null &&
                (sent_at === null ? say.own_link_not_sent : say.own_link_sent).replace("{to}", sent_to ?? "—")}{" "}
              {sent_at !== null && <Moment visitor={visitor} at={sent_at} />}
            </dd>
          </>
        ))}
        <dt>{say.created}</dt>
        <dd>
          <Moment visitor={visitor} at={payment.created_at} />
        </dd>
      </dl>
      <p>
        <a href={`/reportes/cliente?${new URLSearchParams({ id: payment.payer.id })}`}>{say.see_statement}</a>
      </p>
    </Card>
  );
}

/** In whose name the deposit came: «ANA LOPEZ (el comprador)». */
const payerOf = ({ language }: Visitor, { name, is }: NonNullable<Payment["deposit_payer"]>) =>
  name === null ? termOf("payer", is, language) : `${name} (${termOf("payer", is, language)})`;

/** What somebody outside can be asked about: the bank's numbers and the chain's transactions. */
export function OutsideReferences({ visitor, payment }: { visitor: Visitor; payment: Payment }) {
  const { say } = visitor;
  const { bank_references: bank, reference, smart_contract_escrow_id: escrow, transactions } = payment;
  const numbers: readonly (readonly [string, string | null])[] = [
    [say.tracking_key, reference],
    [say.issuance, bank.issuance_id],
    [say.withdrawal, bank.withdrawal_id],
    [say.escrow_id, escrow],
    [say.lane, payment.lane === FIRST_LANE ? null : payment.lane],
    [say.crypto_deposit, bank.crypto_deposit_id],
    [say.redemption, bank.redemption_id],
  ];
  const known = numbers.filter(([, value]) => value !== null);
  return (
    <Card id="referencias" title={say.references}>
      {known.length === 0 && transactions.length === 0 && <p class="quiet">{say.no_references}</p>}
      <dl class="facts">
        {known.map(([name, value]) => (
          <Fact name={name} value={value ?? ""} exact />
        ))}
        {transactions.map(({ action, hash, state }) => (
          <>
            <dt>{termOf("action", action, visitor.language)}</dt>
            <dd>
              <TransactionHash chainId={payment.chain_id} hash={hash} />{" "}
              <span class="quiet">{termOf("transaction_state", state, visitor.language)}</span>
            </dd>
          </>
        ))}
      </dl>
      <p>
        <a href={`/pagos/${payment.id}/recibo`}>{say.see_receipt}</a>
      </p>
    </Card>
  );
}

const Fact = ({ name, value, exact }: { name: string; value: string; exact?: boolean }) => (
  <>
    <dt>{name}</dt>
    <dd>{exact ? <span class="hash">{value}</span> : value}</dd>
  </>
);

function TransactionHash({ chainId, hash }: { chainId: number | null; hash: string | null }) {
  if (hash === null) return <span class="quiet">—</span>;
  const url = transactionUrl(chainId, hash);
  return url === null ? (
    <span class="hash">{hash}</span>
  ) : (
    <a class="hash" href={url} rel="noreferrer">
      {hash}
    </a>
  );
}
