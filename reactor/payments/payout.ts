import { DAY_MS, HOUR_MS, MINUTE_MS, type Row } from "./table.ts";

export type PayoutState = "waiting" | "account" | "ready" | "redeeming" | "paying" | "failed" | "paid" | "bounced";

/** One beneficiary's money. At Juno a redemption to a registered bank account is the SPEI payout: one call, not two. */
export const payout = {
  waiting: {
    es: "Espera a que los fondos estén en Juno",
    en: "Waits until the funds are at Juno",
    on: {
      funds_there: { to: "account", event: "pago_iniciado" },
      ruled_for_buyer: { to: "account", event: "devolucion_iniciada", pays: "buyer" },
      account_corrected: { to: "waiting", event: "cuenta_corregida" },
    },
    carries: [],
  },
  account: {
    es: "Registrando la cuenta bancaria del beneficiario",
    en: "Registering the beneficiary's bank account",
    does: "registerAccount",
    on: {
      registered: { to: "ready", event: "cuenta_registrada" },
      refused: { to: "review", event: "en_revision" },
      account_corrected: { to: "account", event: "cuenta_corregida", generation: "next" },
    },
    carries: [],
    deadline: { from: "entry", plusMs: HOUR_MS, to: "review" },
  },
  ready: {
    es: "Listo para pagar",
    en: "Ready to pay",
    on: {
      cleared: { to: "redeeming", event: "pago_spei_listo" },
      screening_refused: { to: "review", event: "en_revision" },
      account_corrected: { to: "account", event: "cuenta_corregida", generation: "next" },
    },
    carries: ["bankAccountId"],
    deadline: { from: "entry", plusMs: DAY_MS, to: "review" },
  },
  redeeming: {
    es: "Solicitando la redención y el SPEI",
    en: "Requesting the redemption and the SPEI",
    does: "redeem",
    on: {
      accepted: { to: "paying", event: "pago_spei_enviado" },
      refused: { to: "review", event: "en_revision" },
      perhaps_done: { to: "review", event: "en_revision" },
    },
    carries: ["bankAccountId"],
    // Past the key's safe lifetime (one hour, DESIGN 6) nothing may be sent again: a person looks.
    deadline: { from: "entry", plusMs: HOUR_MS + 10 * MINUTE_MS, to: "review" },
  },
  paying: {
    es: "SPEI en camino",
    en: "SPEI on its way",
    on: {
      paid: { to: "paid", event: "pago_completado" },
      failed: { to: "failed", event: "pago_spei_fallido" },
    },
    carries: ["bankAccountId", "redemptionId"],
    deadline: { from: "entry", plusMs: DAY_MS, to: "review" },
  },
  failed: {
    es: "El SPEI falló; se busca su reembolso en Juno",
    en: "The SPEI failed; looking for its refund at Juno",
    // A second redemption is never automatic: with the refund in hand a person decides.
    on: { refund_claimed: { to: "review", event: "pago_spei_reembolsado" } },
    carries: ["bankAccountId", "redemptionId"],
    deadline: { from: "entry", plusMs: 3 * DAY_MS, to: "review" },
  },
  paid: {
    es: "Pagado por SPEI",
    en: "Paid by SPEI",
    on: { came_back: { to: "bounced", event: "pago_spei_devuelto" } },
    carries: ["bankAccountId", "redemptionId"],
    end: true,
  },
  bounced: {
    es: "El SPEI fue devuelto; espera una cuenta corregida",
    en: "The SPEI came back; waits for a corrected account",
    on: { account_corrected: { to: "account", event: "cuenta_corregida", generation: "next" } },
    carries: ["redemptionId"],
    deadline: { from: "entry", plusMs: DAY_MS, to: "review" },
  },
} as const satisfies Record<PayoutState, Row<PayoutState>>;
