import type { ChainMovement } from "../../reactor/chain/readMovements.ts";
import type { BankTransaction } from "../../reactor/juno/reply.ts";
import { CLOCK_TOLERANCE_MS } from "../../reactor/payments/clockTolerance.ts";
import { BASE_UNITS_PER_CENTAVO, toPesos } from "../../reactor/payments/money.ts";
import { type AgreedPart, splitAmount } from "../../reactor/payments/splitAmount.ts";
import type { ChainSend } from "../../reactor/payments/table.ts";
import { assignAlike } from "./assignAlike.ts";
import type { ExportedPayment } from "./exportedPayment.ts";
import { type ProvenEscrow, proveEscrow } from "./proveEscrow.ts";
import { Refusal } from "./Refusal.ts";
import type { Evidence } from "./readEvidence.ts";

/** How far bank and chain show that a payment has come. */
export type Stage =
  | "pending"
  | "cancelled"
  | "processing"
  | "active"
  | "disputed"
  | "releasing"
  | "completed"
  | "refunded";

/** One payout, and the redemption that the bank shows for it; null: it is not paid. */
export type ProvenPart = AgreedPart & Readonly<{ redemption: BankTransaction | null }>;

/** What bank and chain show of a payment: each order that somebody gave for it, with the name that the outside has for it. */
export type Proven = Readonly<{
  payment: ExportedPayment;
  stage: Stage;
  issuance: BankTransaction | null;
  withdrawal: BankTransaction | null;
  escrow: ProvenEscrow | null;
  /** The transfer of the MXNB back to Juno; null: not sent, or the contract sent it by itself. */
  returnHash: string | null;
  parts: readonly ProvenPart[];
}>;

export type Judged = Proven | Readonly<{ payment: ExportedPayment; refused: string }>;

/** Which words of theirs say what bank and chain show. */
const SAID: Readonly<Record<Stage, readonly ExportedPayment["status"][]>> = {
  pending: ["pending"],
  cancelled: ["cancelled"],
  processing: ["processing", "funded"],
  active: ["active", "escrowed"],
  disputed: ["disputed", "in_dispute"],
  releasing: ["active", "escrowed", "releasing"],
  completed: ["completed"],
  refunded: ["refunded", "cancelled"],
};
const SHOWN: Readonly<Record<Stage, string>> = {
  pending: "ningún depósito",
  cancelled: "ningún depósito",
  processing: "el depósito, y ningún escrow fondeado",
  active: "el escrow fondeado",
  disputed: "el escrow en disputa",
  releasing: "el escrow liberado, y su pago sin completar",
  completed: "el pago hecho",
  refunded: "la devolución al comprador hecha",
};

/**
 * Says of each payment what bank and chain show of it, or why it cannot come in: its words and the evidence disagree, or the
 * evidence could be somebody else's. What a payment names must be there and fit to the centavo; what it does not name is taken
 * only where no other payment could have it. Pure.
 */
export function proveStates(payments: readonly ExportedPayment[], evidence: Evidence): readonly Judged[] {
  const begun = payments.map((payment) => tried(payment, () => begin(payment, payments, evidence)));
  const bridged = withWithdrawals(begun, evidence);
  const returned = withReturns(bridged, evidence);
  const named = new Set(payments.flatMap((one) => one.smart_contract_escrow_id ?? []));
  const judged = withRedemptions(returned, evidence).map((one) =>
    "refused" in one ? one : judge(one, unnamedFundings(named, evidence)),
  );
  const taken = new Set(judged.flatMap((one) => ("refused" in one ? [] : (one.issuance?.id ?? []))));
  return judged.map((one) => ("refused" in one || one.issuance !== null ? one : unlessPaid(one, taken, evidence)));
}

/** One that waits for its deposit would be given any that fits: also that of a payment which stays outside. */
function unlessPaid(proven: Proven, taken: ReadonlySet<string>, { transactions }: Evidence): Judged {
  const { payment } = proven;
  const free = transactions.find(
    (one) =>
      isIssuanceOf(payment, one) && !taken.has(one.id) && one.createdAtMs >= payment.created_at - CLOCK_TOLERANCE_MS,
  );
  if (free === undefined) return proven;
  return {
    payment,
    refused: `el banco muestra la emisión ${free.id}, igual a la suya, que ninguna fila que entra nombra`,
  };
}

/** The transfers that funded escrows which no payment names. */
function unnamedFundings(named: ReadonlySet<string>, { movements, places }: Evidence): readonly ChainMovement[] {
  const hashes = new Set(
    movements.flatMap(({ kind, escrowId, txHash }) =>
      kind === "EscrowFunded" && escrowId !== null && !named.has(escrowId) ? [txHash] : [],
    ),
  );
  return movements.filter((one) => hashes.has(one.txHash) && one.from === places.bridge && one.to === places.escrow);
}

type Begun = Omit<Proven, "stage">;
type Step = Begun | Extract<Judged, { refused: string }>;

/** What one payment's row names by itself: its deposit and its escrow. */
function begin(payment: ExportedPayment, all: readonly ExportedPayment[], evidence: Evidence): Begun {
  const { amount, custody_amount } = payment;
  const split = splitAmount({ amountCentavos: amount, custodyCentavos: custody_amount ?? null, commissions: [] });
  if (!split.ok) throw new Refusal("custody_amount: no deja una parte que el banco pague");
  const escrow = payment.smart_contract_escrow_id === undefined ? null : proveEscrow(payment, all, evidence);
  const issuance = findIssuance(payment, all, evidence);
  const parts = split.parts.map((part) => ({ ...part, redemption: null }));
  return { payment, issuance, withdrawal: null, escrow, returnHash: null, parts };
}

function tried(payment: ExportedPayment, work: () => Begun): Step {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return { payment, refused: error.message };
    throw error;
  }
}

function findIssuance(payment: ExportedPayment, all: readonly ExportedPayment[], { transactions }: Evidence) {
  const { transaction_id: id, amount, status } = payment;
  if (id !== undefined) {
    if (all.some((other) => other !== payment && other.transaction_id === id)) {
      throw new Refusal(`transaction_id: otra fila nombra también la emisión ${id}`);
    }
    const found = transactions.find((one) => one.id === id);
    if (found === undefined || !isIssuanceOf(payment, found)) {
      throw new Refusal(`transaction_id: el banco no muestra la emisión ${id} de ${toPesos(amount)} a su CLABE`);
    }
    return found;
  }
  if (status !== "pending" && status !== "cancelled") throw new Refusal("transaction_id: falta");
  return null;
}

const isIssuanceOf = ({ deposit_clabe, amount }: ExportedPayment, one: BankTransaction) =>
  one.type === "ISSUANCE" &&
  one.receiverClabe === deposit_clabe &&
  one.amountBaseUnits === amount * BASE_UNITS_PER_CENTAVO &&
  one.status !== "FAILED" &&
  !one.refunded;

const heldCentavos = ({ parts }: Begun) =>
  parts.filter(({ source }) => source === "custody").reduce((sum, { amountCentavos }) => sum + amountCentavos, 0n);

/** Every escrow was funded out of a withdrawal; of the others some may have been withdrawn already. */
function withWithdrawals(steps: readonly Step[], { transactions, places }: Evidence): readonly Step[] {
  const debits = transactions.filter(
    (one) => one.type === "CRYPTO_WITHDRAWAL" && one.status !== "FAILED" && one.address === places.bridge,
  );
  return assignAlike<Begun, BankTransaction>(steps, {
    what: "retiros",
    alike: (step) => String(heldCentavos(step)),
    named: ({ payment }) => payment.withdrawal_id,
    needs: ({ escrow, issuance }) => (escrow !== null ? "one" : issuance !== null ? "perhaps" : "none"),
    candidates: debits.map((one) => ({
      name: one.id,
      alike: String(one.amountBaseUnits / BASE_UNITS_PER_CENTAVO),
      at: one.createdAtMs,
      value: one,
    })),
    give: (step, withdrawal) => ({ ...step, withdrawal }),
  });
}

/** What left the escrow went back to Juno by a transfer, unless the contract sent it there itself. */
function withReturns(steps: readonly Step[], { movements, places }: Evidence): readonly Step[] {
  const transfers = movements.filter(
    ({ kind, from, to }) => kind === "Transfer" && from === places.bridge && to === places.junoWallet,
  );
  return assignAlike<Begun, string>(steps, {
    what: "transferencias a Juno",
    alike: (step) => String(heldCentavos(step)),
    named: ({ payment }) => payment.return_tx_hash,
    needs: ({ escrow }) => (escrow?.out === "bridge" ? "perhaps" : "none"),
    candidates: transfers.map(({ txHash, amountBaseUnits, atMs }) => ({
      name: txHash,
      alike: String((amountBaseUnits ?? 0n) / BASE_UNITS_PER_CENTAVO),
      at: atMs,
      value: txHash,
    })),
    give: (step, returnHash) => ({ ...step, returnHash }),
  });
}

/** To each payout the redemption that paid it. A payment that says it is completed has one; whether others have is what matters most. */
function withRedemptions(steps: readonly Step[], { transactions, accounts }: Evidence): readonly Step[] {
  const clabeOf = new Map(accounts.map(({ id, clabe }) => [id, clabe]));
  const redemptions = transactions.filter(({ type, status }) => type === "REDEMPTION" && status !== "FAILED");
  const places = Math.max(0, ...steps.map((step) => ("refused" in step ? 0 : step.parts.length)));
  let given = steps;
  for (let index = 0; index < places; index++) {
    const partOf = (step: Begun) => step.parts[index];
    const payeeOf = ({ payment, escrow }: Begun) =>
      escrow?.ruledFor === "buyer" ? (payment.payer_clabe ?? "") : payment.payout_clabe;
    given = assignAlike<Begun, BankTransaction>(given, {
      what: "pagos SPEI",
      alike: (step) => `${payeeOf(step)}:${partOf(step)?.amountCentavos ?? ""}`,
      named: (step) => (partOf(step)?.source === "custody" ? step.payment.juno_payment_id : undefined),
      needs: (step) => {
        if (partOf(step) === undefined || step.issuance === null) return "none";
        return ["completed", "refunded"].includes(step.payment.status) ? "one" : "perhaps";
      },
      candidates: redemptions.map((one) => ({
        name: one.id,
        alike: `${clabeOf.get(one.bankAccountId ?? "") ?? ""}:${one.amountBaseUnits / BASE_UNITS_PER_CENTAVO}`,
        at: one.createdAtMs,
        value: one,
      })),
      give: (step, redemption) => ({
        ...step,
        parts: step.parts.map((part, place) => (place === index ? { ...part, redemption } : part)),
      }),
    });
  }
  return given;
}

/** Holds what is shown together, and to the words. @param unnamed fundings of escrows that no payment names. */
function judge(proven: Begun, unnamed: readonly ChainMovement[]): Judged {
  const { payment, issuance, withdrawal, escrow, returnHash, parts } = proven;
  const refuse = (refused: string) => ({ payment, refused });
  const isBack = returnHash !== null || escrow?.out === "juno";
  const ofCustody = parts.filter(({ source }) => source === "custody");
  const paid = parts.filter(({ redemption }) => redemption !== null);
  if (escrow !== null && withdrawal === null)
    return refuse("el banco no muestra el retiro con que se fondeó su escrow");
  if (withdrawal !== null && withdrawal.createdAtMs < (issuance?.createdAtMs ?? 0)) {
    return refuse(`el retiro ${withdrawal.id} es anterior a su depósito`);
  }
  const held = heldCentavos(proven) * BASE_UNITS_PER_CENTAVO;
  const perhapsIts = escrow === null && withdrawal !== null && unnamed.find((one) => one.amountBaseUnits === held);
  if (perhapsIts)
    return refuse(`la cadena muestra en ${perhapsIts.txHash} un escrow de su monto que ninguna fila nombra`);
  if (ofCustody.some(({ redemption }) => redemption !== null) && !isBack) {
    return refuse("el banco muestra su pago, y la cadena no muestra que su escrow haya vuelto a Juno");
  }
  const stage = stageOf(proven, paid.length === parts.length && paid.every(isComplete));
  if (!SAID[stage].includes(payment.status)) {
    return refuse(`dice «${payment.status}»; el banco y la cadena muestran ${SHOWN[stage]}`);
  }
  if (stage === "refunded" && payment.payer_clabe === undefined) return refuse("payer_clabe: falta");
  return { ...proven, stage };
}

const isComplete = ({ redemption }: ProvenPart) => redemption?.status === "COMPLETE";

function stageOf({ payment, issuance, escrow }: Begun, isPaid: boolean): Stage {
  if (issuance === null) return payment.status === "cancelled" ? "cancelled" : "pending";
  if (isPaid) return escrow?.ruledFor === "buyer" ? "refunded" : "completed";
  if (escrow === null || !escrow.isFunded) return "processing";
  if (escrow.out !== null) return "releasing";
  return escrow.isDisputed ? "disputed" : "active";
}

/** Each call of the payment's own that the chain shows, under the key that the machine would have given it. */
export function callsOf({ escrow, returnHash }: Proven): readonly Readonly<{
  action: ChainSend;
  generation: number;
  hash: string;
}>[] {
  if (escrow === null) return [];
  // A dispute that is ruled for the seller leads back into custody, under a new key (payments/custody.ts).
  const generation = escrow.ruledFor === "seller" ? 1 : 0;
  const back = returnHash === null ? [] : [{ action: "returnToJuno" as const, generation, hash: returnHash }];
  return [...escrow.calls, ...back];
}
