import { HOUR_MS, MINUTE_MS, type Row } from "./table.ts";

export type DepositState = "awaiting" | "seen" | "issuing" | "issued" | "covered" | "expired" | "cancelled";

/** The buyer's SPEI until it is MXNB in our Juno account. The issuance is the money; the SPEI deposit announces it. */
export const deposit = {
  awaiting: {
    es: "Esperando el depósito SPEI",
    en: "Waiting for the SPEI deposit",
    on: {
      deposit_seen: { to: "seen", event: "deposito_detectado" },
      issuance_claimed: { to: "issuing", event: "deposito_detectado" },
      cancelled: { to: "cancelled", event: "pago_cancelado" },
      expired: { to: "expired", event: "pago_expirado" },
    },
    carries: [],
    deadline: { from: "expires_at", plusMs: 0, to: "expired" },
  },
  seen: {
    es: "Depósito SPEI visto, esperando su emisión",
    en: "SPEI deposit seen, waiting for its issuance",
    on: {
      issuance_claimed: { to: "issuing", event: "emision_detectada" },
      deposit_refunded: { to: "awaiting", event: "deposito_devuelto", freesDeposit: true },
    },
    carries: ["fid"],
    deadline: { from: "entry", plusMs: 30 * MINUTE_MS, to: "review" },
  },
  issuing: {
    es: "El banco está emitiendo los MXNB",
    en: "The bank is issuing the MXNB",
    on: {
      issued: { to: "issued", event: "deposito_emitido" },
      issuance_failed: { to: "awaiting", event: "deposito_devuelto", freesDeposit: true },
    },
    carries: ["issuanceId"],
    deadline: { from: "entry", plusMs: 2 * HOUR_MS, to: "review" },
  },
  issued: {
    es: "Depósito recibido y emitido",
    en: "Deposit received and issued",
    on: {
      refunded_later: { to: "review", event: "en_revision" },
      covered: { to: "covered", event: "deposito_cubierto" },
    },
    carries: ["issuanceId"],
    end: true,
  },
  covered: {
    es: "Devuelto por el banco tras emitirse; la empresa lo cubrió",
    en: "Given back by the bank after it was issued; covered by the company",
    on: {},
    carries: ["issuanceId"],
    end: true,
  },
  expired: { es: "Venció sin depósito", en: "Expired without a deposit", on: {}, carries: [], end: true },
  cancelled: { es: "Cancelado", en: "Cancelled", on: {}, carries: [], end: true },
} as const satisfies Record<DepositState, Row<DepositState>>;

/** The deposit's MXNB are there to be held and paid on: the buyer's, or the company's in their place. */
export const isFunded = (state: string | undefined): boolean => state === "issued" || state === "covered";
