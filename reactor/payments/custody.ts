import { DAY_MS, HOUR_MS, type Row } from "./table.ts";

export type CustodyState =
  | "waiting"
  | "withdrawing"
  | "failed_withdrawal"
  | "bridged"
  | "funding"
  | "securing"
  | "active"
  | "disputing"
  | "disputed"
  | "resolving"
  | "cancelling"
  | "releasing"
  | "returning"
  | "crediting"
  | "returned";

/** The held money: out of Juno, into the escrow, and back into Juno when its time has come. */
export const custody = {
  waiting: {
    es: "Espera a que el depósito esté emitido",
    en: "Waits until the deposit is issued",
    on: { deposit_issued: { to: "withdrawing", event: "retiro_iniciado" } },
    carries: [],
  },
  withdrawing: {
    es: "Retirando MXNB de Juno a la cartera puente",
    en: "Withdrawing MXNB from Juno to the bridge wallet",
    does: "withdraw",
    on: {
      bridged: { to: "bridged", event: "retiro_completado" },
      failed: { to: "failed_withdrawal", event: "retiro_fallido" },
      refused: { to: "review", event: "en_revision" },
      perhaps_done: { to: "review", event: "en_revision" },
    },
    carries: [],
    deadline: { from: "entry", plusMs: HOUR_MS, to: "review" },
  },
  failed_withdrawal: {
    es: "El retiro falló; se busca su reembolso en Juno",
    en: "The withdrawal failed; looking for its refund at Juno",
    on: {
      refund_claimed: { to: "withdrawing", event: "retiro_reembolsado", generation: "next" },
      failed_too_often: { to: "review", event: "en_revision" },
    },
    carries: ["withdrawalId"],
    deadline: { from: "entry", plusMs: DAY_MS, to: "review" },
  },
  bridged: {
    es: "Creando el escrow",
    en: "Creating the escrow",
    does: "createEscrow",
    on: {
      created_and_funded: { to: "securing", event: "escrow_fondeado" },
      created_only: { to: "funding", event: "escrow_creado" },
      reverted: { to: "review", event: "en_revision" },
    },
    carries: ["withdrawalId"],
    deadline: { from: "entry", plusMs: HOUR_MS, to: "review" },
  },
  funding: {
    es: "Fondeando el escrow",
    en: "Funding the escrow",
    does: "fundEscrow",
    on: {
      funded: { to: "securing", event: "escrow_fondeado" },
      foreign_event: { to: "review", event: "evento_ajeno" },
      reverted: { to: "review", event: "en_revision" },
    },
    carries: ["escrowId"],
    deadline: { from: "entry", plusMs: HOUR_MS, to: "review" },
  },
  securing: {
    es: "Esperando que el fondeo sea definitivo en la cadena",
    en: "Waiting until the funding is settled on the chain",
    does: "confirmBlock",
    on: {
      settled: { to: "active", event: "custodia_activa" },
      foreign_event: { to: "review", event: "evento_ajeno" },
    },
    carries: ["escrowId"],
    deadline: { from: "entry", plusMs: 2 * HOUR_MS, to: "review" },
  },
  active: {
    es: "En custodia",
    en: "In custody",
    on: {
      due: { to: "releasing", event: "custodia_vencida" },
      extended: { to: "active", event: "custodia_extendida" },
      dispute_opened: { to: "disputing", event: "disputa_iniciada" },
      foreign_event: { to: "review", event: "evento_ajeno" },
    },
    carries: ["escrowId"],
    deadline: { from: "custody_end", plusMs: HOUR_MS, to: "review" },
  },
  disputing: {
    es: "Registrando la disputa en la cadena",
    en: "Recording the dispute on the chain",
    does: "dispute",
    on: {
      disputed: { to: "disputed", event: "disputa_registrada" },
      foreign_event: { to: "review", event: "evento_ajeno" },
      // Not back to custody: there the escrow would be released at its end, and somebody has a dispute about it.
      reverted: { to: "review", event: "en_revision" },
    },
    carries: ["escrowId"],
    deadline: { from: "entry", plusMs: HOUR_MS, to: "review" },
  },
  disputed: {
    es: "En disputa",
    en: "Disputed",
    on: {
      ruled_for_seller: { to: "resolving", event: "disputa_a_favor_del_vendedor" },
      ruled_for_buyer: { to: "cancelling", event: "disputa_a_favor_del_comprador" },
      foreign_event: { to: "review", event: "evento_ajeno" },
    },
    carries: ["escrowId"],
    deadline: { from: "entry", plusMs: 30 * DAY_MS, to: "review" },
  },
  resolving: {
    es: "Resolviendo la disputa a favor del vendedor",
    en: "Resolving the dispute for the seller",
    does: "resolveForSeller",
    on: {
      // A later dispute, or the release, is a new call: the logs of this one must not pass for its proof.
      resolved: { to: "active", event: "disputa_resuelta", generation: "next" },
      foreign_event: { to: "review", event: "evento_ajeno" },
      reverted: { to: "review", event: "en_revision" },
    },
    carries: ["escrowId"],
    deadline: { from: "entry", plusMs: HOUR_MS, to: "review" },
  },
  cancelling: {
    es: "Resolviendo la disputa a favor del comprador",
    en: "Resolving the dispute for the buyer",
    does: "resolveForBuyer",
    on: {
      cancelled: { to: "returning", event: "escrow_cancelado" },
      foreign_event: { to: "review", event: "evento_ajeno" },
      reverted: { to: "review", event: "en_revision" },
    },
    carries: ["escrowId"],
    deadline: { from: "entry", plusMs: HOUR_MS, to: "review" },
  },
  releasing: {
    es: "Liberando el escrow",
    en: "Releasing the escrow",
    does: "release",
    on: {
      released: { to: "returning", event: "escrow_liberado" },
      foreign_event: { to: "review", event: "evento_ajeno" },
      reverted: { to: "review", event: "en_revision" },
    },
    carries: ["escrowId"],
    deadline: { from: "entry", plusMs: HOUR_MS, to: "review" },
  },
  returning: {
    es: "Devolviendo los MXNB a Juno",
    en: "Sending the MXNB back to Juno",
    does: "returnToJuno",
    on: {
      returned: { to: "crediting", event: "retorno_enviado" },
      reverted: { to: "review", event: "en_revision" },
    },
    carries: ["escrowId", "ruling"],
    deadline: { from: "entry", plusMs: HOUR_MS, to: "review" },
  },
  crediting: {
    es: "Esperando que Juno acredite los MXNB",
    en: "Waiting for Juno to credit the MXNB",
    does: "confirmBlock",
    on: { credited: { to: "returned", event: "retorno_acreditado" } },
    carries: ["escrowId", "ruling"],
    deadline: { from: "entry", plusMs: 2 * HOUR_MS, to: "review" },
  },
  returned: {
    es: "Custodia terminada, fondos en Juno",
    en: "Custody over, funds at Juno",
    on: {},
    carries: ["escrowId", "ruling", "cryptoDepositId"],
    end: true,
  },
} as const satisfies Record<CustodyState, Row<CustodyState>>;
