import { bankOf, maskClabe } from "../../payments/clabe.ts";
import { isOver, type Leg, rowOf } from "../../payments/leg.ts";
import { maskName } from "../../payments/maskName.ts";
import { isoInMexico } from "../../payments/mexicoTime.ts";
import { toDecimal } from "../../payments/money.ts";
import { amountDueCentavos, statusOf } from "../../payments/status.ts";
import { contextOf } from "../../store/contextOf.ts";
import type { Queryable } from "../../store/database.ts";
import type { FactsContext } from "../../store/factsOf.ts";
import { readHead } from "../../store/heads.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import { readProofs } from "../../store/readProofs.ts";
import { readSealHead } from "../../store/seals.ts";
import { recordOf } from "../operations/legPlan.ts";
import { toLegView } from "../wire/paymentView.ts";
import type { ReceiptView } from "./receiptView.ts";
import { toMovements } from "./toMovement.ts";

export type ReceiptContext = Readonly<{
  facts: FactsContext;
  /** Whether the reader may see the account that the buyer pays to. */
  seesDepositClabe: boolean;
  nowMs: number;
}>;

/**
 * A payment's receipt as of now: every outside fact that it went on by, with what bank and chain say of it, for somebody
 * who believes none of ours. Nothing in it is made up: what the bank does not tell is not there.
 * @throws {Problem} when there is no such payment.
 */
export async function readReceiptView(db: Queryable, id: number, context: ReceiptContext): Promise<ReceiptView> {
  const record = await recordOf(db, id);
  const { payment, party, legs, accounts } = record;
  const seller = accounts.find(({ payee }) => payee === "seller");
  const { seesDepositClabe, nowMs } = context;
  const facts = await contextOf(db, context.facts, payment.lane);
  const proofs = await readProofs(db, legs, facts);
  const settledNumber = (await readHead(db, facts.chainId))?.settledNumber ?? null;
  return {
    version: "kustodia.receipt.1",
    issued_at: isoInMexico(nowMs),
    payment: {
      id: payment.id,
      external_id: payment.externalId,
      status: statusOf(legs),
      amount: toDecimal(payment.amountCentavos),
      amount_due: toDecimal(amountDueCentavos(legs)),
      currency: "MXN",
      created_at: isoInMexico(payment.createdAtMs),
      custody_end: isoInMexico(payment.custodyEndMs),
    },
    parties: {
      buyer: {
        name: party && maskName(party.payerName),
        deposit_clabe: seesDepositClabe ? payment.depositClabe : maskClabe(payment.depositClabe),
      },
      seller: { name: seller === undefined ? null : maskName(seller.legalName) },
    },
    chain: {
      chain_id: facts.chainId,
      mxnb: facts.token,
      escrow_contract: facts.escrowContract,
      bridge_wallet: facts.bridge,
      juno_wallet: facts.junoWallet,
    },
    legs: legs.map((leg) => {
      const { state, state_es, state_en, amount } = toLegView(leg, record.accounts);
      const own = proofs.filter(({ legId }) => legId === leg.id);
      const clabe = accountOf(record, leg)?.clabe;
      const redemptionId = leg.carried.redemptionId;
      const paidTo = clabe !== undefined && redemptionId !== undefined ? { clabe, redemptionId } : null;
      return {
        leg: leg.kind,
        ...{ amount, state, state_es, state_en },
        beneficiary: beneficiaryOf(record, leg),
        movements: [...toMovements(leg.kind, own, { wallets: facts, settledNumber, paidTo, seesDepositClabe })],
      };
    }),
    pending: pendingOf(legs),
    hash_chain: await readSealHead(db, id),
  };
}

const accountOf = ({ accounts }: PaymentRecord, leg: Leg) =>
  accounts.find(({ legId, payee }) => legId === leg.id && payee === leg.payee);

function beneficiaryOf(record: PaymentRecord, leg: Leg) {
  if (leg.kind !== "payout") return null;
  const account = accountOf(record, leg);
  if (account === undefined) return { payee: leg.payee, name: null, clabe: null, bank: null };
  const { legalName, clabe } = account;
  return { payee: leg.payee, name: maskName(legalName), clabe: maskClabe(clabe), bank: bankOf(clabe) };
}

/** What each leg that is not over waits for. Once the deposit is over without money there is nothing more to come. */
function pendingOf(legs: readonly Leg[]): ReceiptView["pending"] {
  const deposit = legs.find(({ kind }) => kind === "deposit");
  if (deposit && ["expired", "cancelled"].includes(deposit.state)) return [];
  return legs
    .filter((leg) => !isOver(leg))
    .map((leg) => {
      const { es, en } = rowOf(leg.kind, leg.state === "review" ? (leg.reviewFrom ?? leg.state) : leg.state);
      return leg.state === "review" ? { es: `En revisión: ${es}`, en: `Under review: ${en}` } : { es, en };
    });
}
