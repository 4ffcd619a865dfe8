import type { LegKind } from "../../payments/leg.ts";
import { isoInMexico } from "../../payments/mexicoTime.ts";
import { BASE_UNITS_PER_CENTAVO, toDecimal } from "../../payments/money.ts";
import { escrowSteps, placeOf, type Step, steps } from "../../payments/steps.ts";
import type { FactsContext } from "../../store/factsOf.ts";
import type { ProvenLog, Proof as StoredProof } from "../../store/readProofs.ts";
import { cepOf } from "./cepOf.ts";
import type { Movement, Proof } from "./receiptView.ts";

export type Wallets = Pick<FactsContext, "bridge" | "junoWallet" | "escrowContract">;

/** What a proof is read with. */
export type Reading = Readonly<{
  wallets: Wallets;
  settledNumber: bigint | null;
  /**
   * By which redemption the account in force is paid, and that account, whole. Null where there is none: an earlier
   * redemption may have gone to an account that two persons have corrected since, and an account may be erased.
   */
  paidTo: Readonly<{ redemptionId: string; clabe: string }> | null;
  /** Only the deposit's CLABE is ever shown whole: it is ours. */
  seesDepositClabe: boolean;
}>;

type Found = Readonly<{ step: Step; atMs: number | null; amountCentavos: bigint | null; proof: Proof }>;

/** The bank that pays all redemptions: Nvio, which Juno's CLABEs begin with (juno-api.md 4). */
const JUNO_BANK = "710";

/** The movements of one leg, in their order. */
export function toMovements(kind: LegKind, proofs: readonly StoredProof[], reading: Reading): readonly Movement[] {
  return proofs
    .map((one) => ({ ...find(kind, one, reading), givenBack: one.givenBack }))
    .sort((a, b) => secondOf(a) - secondOf(b) || placeOf(a.step) - placeOf(b.step))
    .map(({ step, atMs, amountCentavos, givenBack, proof }) => ({
      step,
      ...steps[step],
      at: atMs === null ? null : isoInMexico(atMs),
      amount: amountCentavos === null ? null : toDecimal(amountCentavos),
      given_back: givenBack,
      proof,
    }));
}

/** A block tells whole seconds only. What has no moment stands last. */
const secondOf = ({ atMs }: Found) => (atMs === null ? Number.MAX_SAFE_INTEGER : Math.floor(atMs / 1_000));

function find(kind: LegKind, proof: StoredProof, reading: Reading): Found {
  switch (proof.kind) {
    case "spei_deposit": {
      const { fid, status, amountCentavos, createdAtMs, claveRastreo, senderBank, receiverClabe } = proof.deposit;
      const spei = { atMs: createdAtMs, amountCentavos, claveRastreo, sendingBank: senderBank };
      const cep = cepOf({ ...spei, beneficiaryClabe: receiverClabe }, { seesClabe: reading.seesDepositClabe });
      return {
        step: kind === "payout" ? "payout_returned" : "deposit_received",
        atMs: createdAtMs,
        amountCentavos,
        proof: { kind: "spei_deposit", deposit_id: fid, status, cep },
      };
    }
    case "bank_transaction": {
      const { id, type, status, amountBaseUnits, createdAtMs } = proof.transaction;
      const amountCentavos = amountBaseUnits / BASE_UNITS_PER_CENTAVO;
      const spei = { atMs: createdAtMs, amountCentavos, claveRastreo: null, sendingBank: JUNO_BANK };
      const cep =
        type === "REDEMPTION" && reading.paidTo?.redemptionId === id
          ? cepOf({ ...spei, beneficiaryClabe: reading.paidTo.clabe }, { seesClabe: false })
          : undefined;
      return {
        step: kind === "payout" && type === "ISSUANCE" ? "payout_returned" : BANK_STEPS[type],
        atMs: createdAtMs,
        amountCentavos,
        proof: { kind: "bank_transaction", transaction_id: id, type, status, ...(cep && { cep }) },
      };
    }
    case "bank_refund": {
      const { id, refundOf, amountBaseUnits, createdAtMs } = proof.refund;
      return {
        step: "refunded",
        atMs: createdAtMs,
        amountCentavos: amountBaseUnits / BASE_UNITS_PER_CENTAVO,
        proof: { kind: "bank_refund", refund_id: id, refund_of: refundOf },
      };
    }
    case "log":
      return findLog(proof.log, reading);
    case "log_not_shown":
      return {
        step: "not_shown",
        atMs: null,
        amountCentavos: null,
        proof: { kind: "chain_log_not_shown", transaction_hash: proof.txHash },
      };
  }
}

const BANK_STEPS = {
  ISSUANCE: "issued",
  CRYPTO_WITHDRAWAL: "withdrawn",
  CRYPTO_DEPOSIT: "credited",
  REDEMPTION: "paid_out",
  CONVERSION: "elsewhere",
} as const;

function findLog(log: ProvenLog, { wallets, settledNumber }: Reading): Found {
  const { kind, amountBaseUnits } = log;
  const movesMoney = kind === "Transfer" && amountBaseUnits !== null;
  return {
    step: kind === "Transfer" ? transferStep(log, wallets) : (escrowSteps[kind] ?? "elsewhere"),
    atMs: log.blockUnixS * 1_000,
    // The contract's own word repeats what its Transfer moves.
    amountCentavos: movesMoney ? amountBaseUnits / BASE_UNITS_PER_CENTAVO : null,
    proof: {
      kind: "chain_log",
      transaction_hash: log.txHash,
      block_number: log.blockNumber.toString(),
      block_hash: log.blockHash,
      log_index: log.logIndex,
      contract: log.contract,
      event: kind,
      from: log.from,
      to: log.to,
      escrow_id: log.escrowId,
      amount_base_units: amountBaseUnits?.toString() ?? null,
      settled: settledNumber !== null && log.blockNumber <= settledNumber,
    },
  };
}

function transferStep({ from, to }: ProvenLog, { bridge, junoWallet, escrowContract }: Wallets): Step {
  if (to === escrowContract) return "funded";
  if (from === escrowContract) return "left_escrow";
  if (to === bridge) return "arrived";
  return to === junoWallet ? "returned" : "elsewhere";
}
