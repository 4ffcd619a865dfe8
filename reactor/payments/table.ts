import type { Payee } from "./payee.ts";

/** What one state of a leg says, does, and may become. The three tables are made of these rows and of nothing else. */
export type Row<State extends string> = {
  /** What a person reads of the state, Spanish and English. */
  readonly es: string;
  readonly en: string;
  /** The action performed here until its outcome is known. Absent: the state only listens. */
  readonly does?: Action;
  /** Which outcome leads where, and the event it leaves in the payment's history. */
  readonly on: Readonly<Record<string, Exit<State>>>;
  /** What must be known of a leg in this state; the store refuses a row that carries anything else. */
  readonly carries: readonly CarriedFact[];
  /** A time limit that first tells a person. It never decides an outcome of money: it leads to review, or ends a wait. */
  readonly deadline?: Deadline<State>;
  /** The leg is over. */
  readonly end?: true;
};

export type Exit<State extends string> = {
  readonly to: State | "review";
  readonly event: EventType;
  /** The next order is a new one, under a new key. Only after a definite no (DESIGN 6). */
  readonly generation?: "next";
  /** From here on the leg pays somebody else. */
  readonly pays?: Payee;
  /** The leg gives back the bank deposit that it had claimed: the money did not come after all. */
  readonly freesDeposit?: true;
};

export type Deadline<State extends string> = {
  /** Counted from the entry into the state, or from a moment of the payment's terms. */
  readonly from: "entry" | "custody_end" | "expires_at";
  readonly plusMs: number;
  readonly to: State | "review";
};

/** Everything that a state can do to the world. `effects/` has one performer for each, or the program does not compile. */
export type Action = SendAction | LookAction;

/** Actions that move money, or change something at the bank or on the chain: their intent is stored before they leave. */
export type SendAction = BankSend | ChainSend;
export type BankSend = "withdraw" | "registerAccount" | "redeem";
export type ChainSend =
  | "createEscrow"
  | "fundEscrow"
  | "release"
  | "dispute"
  | "resolveForSeller"
  | "resolveForBuyer"
  | "returnToJuno";

/** An action that only asks: repeating it is harmless, so no intent is stored. */
export type LookAction = "confirmBlock";

/** Facts that a leg carries from state to state. All are names that the outside gave. */
export type CarriedFact =
  | "fid"
  | "issuanceId"
  | "withdrawalId"
  | "escrowId"
  | "cryptoDepositId"
  | "bankAccountId"
  | "redemptionId"
  | "ruling";

/** Types of events. The first two are names the client's people already grep for (client-system.md). */
export type EventType =
  | "deposito_detectado"
  | "error_automatico"
  | "pago_creado"
  | "emision_detectada"
  | "deposito_devuelto"
  | "deposito_emitido"
  | "deposito_cubierto"
  | "pago_expirado"
  | "pago_cancelado"
  | "retiro_iniciado"
  | "retiro_completado"
  | "retiro_fallido"
  | "retiro_reembolsado"
  | "escrow_creado"
  | "escrow_fondeado"
  | "custodia_activa"
  | "custodia_extendida"
  | "custodia_vencida"
  | "disputa_iniciada"
  | "disputa_registrada"
  | "disputa_a_favor_del_vendedor"
  | "disputa_a_favor_del_comprador"
  | "disputa_resuelta"
  | "escrow_cancelado"
  | "escrow_liberado"
  | "retorno_enviado"
  | "retorno_acreditado"
  | "pago_iniciado"
  | "devolucion_iniciada"
  | "cuenta_registrada"
  | "pago_spei_listo"
  | "pago_spei_enviado"
  | "pago_completado"
  | "pago_spei_fallido"
  | "pago_spei_reembolsado"
  | "pago_spei_devuelto"
  | "cuenta_corregida"
  | "evento_ajeno"
  | "en_revision";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
