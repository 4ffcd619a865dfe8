import { z } from "@hono/zod-openapi";
import { maskClabe } from "../../payments/clabe.ts";
import { rowOf } from "../../payments/leg.ts";
import { maskEmail } from "../../payments/maskName.ts";
import { toDecimal } from "../../payments/money.ts";
import { PAYEES } from "../../payments/payee.ts";
import { readPayer } from "../../payments/readPayer.ts";
import { RELEASE_BY, RELEASE_PARTIES } from "../../payments/releaseBy.ts";
import { amountDueCentavos, statusOf } from "../../payments/status.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import type { Caller } from "../caller.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";

export const legView = z.object({
  kind: z.enum(["deposit", "custody", "payout"]),
  state: z.string(),
  state_es: z.string(),
  state_en: z.string(),
  reason: z.string().nullable(),
  entered_at: z.iso.datetime(),
  deadline_at: z.iso.datetime().nullable(),
  review_from: z.string().nullable(),
  amount: z.string(),
  beneficiary: z
    .object({
      payee: z.enum(PAYEES),
      source: z
        .enum(["custody", "deposit"])
        .openapi({ description: "Whose money it is: what was held, or what was not" }),
      legal_name: z.string().nullable(),
      clabe: z.string().nullable().openapi({ example: "••••9411" }),
    })
    .nullable()
    .openapi({ description: "Only of a payout: to whom it goes as things stand" }),
});

const email = z.string().nullable().openapi({ description: "Whole for a key that operates, else its domain" });

/** A payment in the client's words. */
export const paymentView = z
  .object({
    id: z.int(),
    external_id: z.string().nullable(),
    status: z.string(),
    amount: z.string().openapi({ example: "15000.00" }),
    amount_due: z.string().openapi({ description: "«Monto por pagar»" }),
    custody_end: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    held: z.boolean().openapi({ description: "Neither released nor paid out while this is true" }),
    release_by: z.enum(RELEASE_BY).openapi({ description: "Who may end custody before its end" }),
    release_approvals: z
      .array(
        z.object({
          party: z.enum(RELEASE_PARTIES),
          given_by: z
            .enum(["party", "operator"])
            .openapi({ description: "By its own link, or by the word of `recorded_by`, who vouches for it" }),
          recorded_by: z.string(),
          recorded_at: z.iso.datetime(),
        }),
      )
      .openapi({ description: "Who of buyer and seller has approved that; asked for by `both_approvals` alone" }),
    own_approvals: z
      .array(
        z.object({
          party: z.enum(RELEASE_PARTIES),
          possible: z.boolean(),
          why_not: z.enum(["no_mail_server", "no_address"]).nullable(),
          sent_to: z.string().nullable().openapi({ example: "a***@…" }),
          sent_at: z.iso.datetime().nullable(),
        }),
      )
      .openapi({
        description:
          "Whether each party can approve by a link of its own, which only its mailbox is shown, and when it was last sent. Where it cannot, an operator records its approval. Asked for by `both_approvals` alone",
      }),
    deposit_clabe: z.string().openapi({ description: "Whole for a key that operates, else its last four digits" }),
    payer: z.object({ id: z.string(), name: z.string().nullable(), email }),
    deposit_payer: z
      .object({ name: z.string().nullable(), is: z.enum(["buyer", "another", "untold"]) })
      .nullable()
      .openapi({ description: "In whose name the SPEI came, and whether that is the payer's; null before it came" }),
    recipient: z.object({ legal_name: z.string().nullable(), email }),
    payout_clabe: z.string().nullable().openapi({ example: "••••9411" }),
    lane: z.string().openapi({ description: "By which signer and contract it goes", example: "principal" }),
    chain_id: z.int().nullable().openapi({ description: "On which chain its lane is", example: 42_161 }),
    smart_contract_escrow_id: z.string().nullable(),
    reference: z.string().nullable().openapi({ description: "Clave de rastreo of the SPEI deposit, or its id" }),
    transaction_id: z.string().nullable().openapi({ description: "The bank's issuance" }),
    description: z.string().nullable(),
    conditions: z.string().nullable(),
    erased_at: z.iso
      .datetime()
      .nullable()
      .openapi({ description: "Since when names and accounts are masks, for ever" }),
    legs: z.array(legView),
    transactions: z.array(
      z.object({ action: z.string(), hash: z.string().nullable(), state: z.string(), nonce: z.int() }),
    ),
    bank_references: z.object({
      issuance_id: z.string().nullable(),
      withdrawal_id: z.string().nullable(),
      crypto_deposit_id: z.string().nullable(),
      redemption_id: z.string().nullable(),
    }),
  })
  .openapi("Payment");

export type PaymentView = z.infer<typeof paymentView>;

/**
 * @param caller who reads: only who operates is shown the whole deposit CLABE.
 * @param mailsParties whether buyers and sellers are mailed.
 */
export function toPaymentView(
  record: PaymentRecord,
  caller: Pick<Caller, "scopes">,
  mailsParties: boolean,
): PaymentView {
  const { payment, chainId, party, legs, accounts, approvals, transactions, bank, reference, depositPayerName } =
    record;
  const seller = accounts.find(({ payee }) => payee === "seller");
  const carried = (kind: string) => legs.find((leg) => leg.kind === kind)?.carried ?? {};
  const issuanceId = carried("deposit").issuanceId ?? null;
  return {
    id: payment.id,
    external_id: payment.externalId,
    status: statusOf(legs),
    amount: toDecimal(payment.amountCentavos),
    amount_due: toDecimal(amountDueCentavos(legs)),
    custody_end: isoTime(payment.custodyEndMs),
    expires_at: isoTime(payment.expiresAtMs),
    created_at: isoTime(payment.createdAtMs),
    updated_at: isoTime(Math.max(payment.updatedAtMs, ...legs.map(({ enteredAtMs }) => enteredAtMs))),
    held: payment.held,
    release_by: payment.releaseBy,
    release_approvals: approvals.map(({ party: by, givenBy, recordedBy, recordedAtMs }) => ({
      ...{ party: by, given_by: givenBy, recorded_by: recordedBy, recorded_at: isoTime(recordedAtMs) },
    })),
    own_approvals: ownApprovals(record, mailsParties),
    deposit_clabe: caller.scopes.has("operate") ? payment.depositClabe : maskClabe(payment.depositClabe),
    payer: { id: payment.customerId, name: party?.payerName ?? null, email: emailTo(caller, party?.payerEmail) },
    deposit_payer:
      reference === null ? null : { name: depositPayerName, is: readPayer(depositPayerName, party?.payerName ?? "") },
    recipient: { legal_name: seller?.legalName ?? null, email: emailTo(caller, party?.recipientEmail) },
    payout_clabe: seller === undefined ? null : maskClabe(seller.clabe),
    lane: payment.lane,
    chain_id: chainId,
    smart_contract_escrow_id: carried("custody").escrowId ?? null,
    reference,
    transaction_id: issuanceId,
    description: payment.description,
    conditions: payment.conditions,
    erased_at: isoTimeOrNull(party?.erasedAtMs ?? null),
    legs: legs.map((leg) => toLegView(leg, accounts)),
    transactions: transactions.map(({ action, hash, state, nonce }) => ({ action, hash, state, nonce })),
    bank_references: {
      issuance_id: issuanceId,
      withdrawal_id: carried("custody").withdrawalId ?? bank.withdrawalId,
      crypto_deposit_id: carried("custody").cryptoDepositId ?? null,
      redemption_id: carried("payout").redemptionId ?? bank.redemptionId,
    },
  };
}

function ownApprovals({ payment, party, mailed }: PaymentRecord, mailsParties: boolean): PaymentView["own_approvals"] {
  if (payment.releaseBy !== "both_approvals") return [];
  return RELEASE_PARTIES.map((of) => {
    const email = (of === "buyer" ? party?.payerEmail : party?.recipientEmail) ?? null;
    const whyNot = !mailsParties ? "no_mail_server" : email === null ? "no_address" : null;
    return {
      party: of,
      possible: whyNot === null,
      why_not: whyNot,
      sent_to: email === null ? null : maskEmail(email),
      sent_at: isoTimeOrNull(mailed.find(({ audience }) => audience === of)?.sentAtMs ?? null),
    };
  });
}

const emailTo = (caller: Pick<Caller, "scopes">, address: string | null = null) =>
  address === null || caller.scopes.has("operate") ? address : `…@${address.split("@")[1]}`;

export function toLegView(
  leg: PaymentRecord["legs"][number],
  accounts: PaymentRecord["accounts"],
): z.infer<typeof legView> {
  const words = leg.state === "review" ? REVIEW : rowOf(leg.kind, leg.state);
  return {
    kind: leg.kind,
    state: leg.state,
    state_es: words.es,
    state_en: words.en,
    reason: leg.reason,
    entered_at: isoTime(leg.enteredAtMs),
    deadline_at: isoTimeOrNull(leg.deadlineAtMs),
    review_from: leg.reviewFrom,
    amount: toDecimal(leg.amountCentavos),
    beneficiary: beneficiaryOf(leg, accounts),
  };
}

function beneficiaryOf({ id, payee, source }: PaymentRecord["legs"][number], accounts: PaymentRecord["accounts"]) {
  if (payee === null || source === null) return null;
  const account = accounts.find((one) => one.legId === id && one.payee === payee);
  return {
    payee,
    source,
    legal_name: account?.legalName ?? null,
    clabe: account === undefined ? null : maskClabe(account.clabe),
  };
}

/** Not a state of any table: a person looks, and the leg remembers where it was. */
const REVIEW = { es: "En revisión por una persona", en: "Under review by a person" };
