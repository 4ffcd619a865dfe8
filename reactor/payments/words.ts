import { maskClabesIn } from "./clabe.ts";
import type { EventType } from "./table.ts";
import { termsOf } from "./terms.ts";

/** Events of the whole system, beside those that the tables name. */
export type SystemEventType =
  | "pago_importado"
  | "deposito_sin_pago"
  | "deposito_por_asignar"
  | "deposito_de_otro_pagador"
  | "devolucion_creada"
  | "pago_devuelto_detectado"
  | "verificacion_respondida"
  | "intento_desconocido"
  | "intento_rechazado"
  | "interruptor_activado"
  | "interruptor_levantado"
  | "descuadre_abierto"
  | "descuadre_cerrado"
  | "descuadre_hallado"
  | "descuadre_sanado"
  | "clave_creada"
  | "clave_revocada"
  | "plan_propuesto"
  | "accion_de_operador"
  | "alerta_abierta"
  | "alerta_repetida"
  | "alerta_atendida"
  | "alerta_cerrada"
  | "todo_en_calma"
  | "webhook_registrado"
  | "webhook_cambiado"
  | "webhook_secreto_cambiado"
  | "webhook_desactivado"
  | "webhook_eliminado"
  | "aviso_sin_entregar"
  | "enlace_creado"
  | "enlace_por_correo"
  | "liberacion_aprobada"
  | "enlace_revocado"
  | "webhook_reenviado";

export type AnyEventType = EventType | SystemEventType;

type Words = Readonly<{ es: string; en: string }>;

/** Every event in the people's words. `{name}` is filled from the event's data; a name that is not there becomes «—». */
export const words: Readonly<Record<AnyEventType, Words>> = {
  pago_creado: {
    es: "Pago creado por {amount}; se espera el depósito SPEI en la CLABE {clabe}",
    en: "Payment of {amount} created; the SPEI deposit is awaited on CLABE {clabe}",
  },
  deposito_detectado: { es: "Depósito SPEI de {amount} detectado", en: "SPEI deposit of {amount} detected" },
  emision_detectada: {
    es: "Depósito de {amount} identificado: emisión {issuanceId}",
    en: "Deposit of {amount} identified: issuance {issuanceId}",
  },
  deposito_devuelto: {
    es: "El banco devolvió el depósito; se espera uno nuevo",
    en: "The bank returned the deposit; a new one is awaited",
  },
  deposito_emitido: { es: "{amount} emitidos en MXNB", en: "{amount} issued as MXNB" },
  deposito_cubierto: {
    es: "El banco devolvió el depósito ya emitido; la empresa pone {amount} en su lugar",
    en: "The bank gave back the issued deposit; the company puts {amount} in its place",
  },
  pago_expirado: { es: "El plazo venció sin depósito", en: "The time for the deposit ran out" },
  pago_cancelado: { es: "Pago cancelado", en: "Payment cancelled" },
  retiro_iniciado: {
    es: "Retiro de {amount} MXNB de Juno a la cartera puente",
    en: "Withdrawal of {amount} MXNB from Juno to the bridge wallet",
  },
  retiro_completado: {
    es: "MXNB recibidos en la cartera puente ({tx_hash})",
    en: "MXNB received in the bridge wallet ({tx_hash})",
  },
  retiro_fallido: { es: "Juno reporta que el retiro falló", en: "Juno reports that the withdrawal failed" },
  retiro_reembolsado: {
    es: "Juno devolvió el retiro fallido; se pide de nuevo",
    en: "Juno gave the failed withdrawal back; it is requested again",
  },
  escrow_creado: { es: "Escrow {escrow_id} creado ({tx_hash})", en: "Escrow {escrow_id} created ({tx_hash})" },
  escrow_fondeado: { es: "Escrow fondeado con {amount} ({tx_hash})", en: "Escrow funded with {amount} ({tx_hash})" },
  custodia_activa: {
    es: "Fondos en custodia hasta {custody_end}",
    en: "Funds in custody until {custody_end}",
  },
  custodia_extendida: {
    es: "Custodia extendida hasta {custody_end}",
    en: "Custody extended until {custody_end}",
  },
  custodia_vencida: { es: "Custodia vencida: se libera el escrow", en: "Custody over: the escrow is being released" },
  disputa_iniciada: { es: "Disputa abierta", en: "Dispute opened" },
  disputa_registrada: {
    es: "Disputa registrada en la cadena ({tx_hash})",
    en: "Dispute recorded on chain ({tx_hash})",
  },
  disputa_a_favor_del_vendedor: { es: "Disputa a favor del vendedor", en: "Dispute decided for the seller" },
  disputa_a_favor_del_comprador: { es: "Disputa a favor del comprador", en: "Dispute decided for the buyer" },
  disputa_resuelta: { es: "Disputa resuelta en la cadena ({tx_hash})", en: "Dispute resolved on chain ({tx_hash})" },
  escrow_cancelado: { es: "Escrow cancelado ({tx_hash})", en: "Escrow cancelled ({tx_hash})" },
  escrow_liberado: { es: "Escrow liberado ({tx_hash})", en: "Escrow released ({tx_hash})" },
  retorno_enviado: { es: "MXNB enviados de vuelta a Juno ({tx_hash})", en: "MXNB sent back to Juno ({tx_hash})" },
  retorno_acreditado: { es: "Juno acreditó los MXNB", en: "Juno credited the MXNB" },
  pago_iniciado: { es: "Preparando el pago SPEI de {amount}", en: "Preparing the SPEI payout of {amount}" },
  devolucion_iniciada: {
    es: "Preparando la devolución de {amount} al comprador por SPEI",
    en: "Preparing the refund of {amount} to the buyer by SPEI",
  },
  cuenta_registrada: {
    es: "Cuenta del beneficiario registrada en Juno",
    en: "Beneficiary's account registered at Juno",
  },
  pago_spei_listo: { es: "Pago de {amount} autorizado", en: "Payout of {amount} cleared" },
  pago_spei_enviado: {
    es: "Redención {redemptionId} aceptada: SPEI de {amount} en camino",
    en: "Redemption {redemptionId} accepted: SPEI of {amount} on its way",
  },
  pago_completado: { es: "Pago de {amount} completado por SPEI", en: "Payout of {amount} completed by SPEI" },
  pago_spei_fallido: { es: "Juno reporta que el SPEI falló", en: "Juno reports that the SPEI failed" },
  pago_spei_reembolsado: {
    es: "Juno devolvió la redención; una persona decide el siguiente intento",
    en: "Juno gave the redemption back; a person decides the next attempt",
  },
  pago_spei_devuelto: { es: "El SPEI pagado fue devuelto", en: "The paid SPEI came back" },
  cuenta_corregida: { es: "Cuenta del beneficiario corregida", en: "Beneficiary's account corrected" },
  evento_ajeno: {
    es: "Alguien actuó sobre el escrow fuera del sistema ({log}, {tx_hash}): requiere revisión",
    en: "Somebody acted on the escrow outside the system ({log}, {tx_hash}): needs review",
  },
  en_revision: { es: "Requiere revisión: {why}", en: "Needs review: {why}" },
  error_automatico: { es: "Error en proceso automático: {message}", en: "Error in an automatic process: {message}" },
  pago_importado: {
    es: "Pago de {amount} traído de otro sistema, que lo daba por «{status}»; banco y cadena muestran: {stage}",
    en: "Payment of {amount} brought in from another system, which called it “{status}”; bank and chain show: {stage}",
  },
  deposito_sin_pago: {
    es: "Depósito de {amount} en la CLABE {clabe} sin pago que lo espere",
    en: "Deposit of {amount} on CLABE {clabe} that no payment waits for",
  },
  devolucion_creada: {
    es: "Se devuelve el depósito de {amount} (emisión {issuanceId}) a la cuenta {clabe}",
    en: "The deposit of {amount} (issuance {issuanceId}) is sent back to account {clabe}",
  },
  deposito_por_asignar: {
    es: "Depósito de {amount} en la CLABE {clabe}: hay {count} pagos posibles, una persona decide",
    en: "Deposit of {amount} on CLABE {clabe}: {count} payments could be meant, a person decides",
  },
  deposito_de_otro_pagador: {
    es: "Depósito de {amount} en la CLABE {clabe}: {payer}; una persona decide",
    en: "Deposit of {amount} on CLABE {clabe}: {payer}; a person decides",
  },
  pago_devuelto_detectado: {
    es: "Un SPEI nuestro por {amount} volvió como depósito en la CLABE {clabe}: una persona decide",
    en: "A SPEI of ours for {amount} came back as a deposit on CLABE {clabe}: a person decides",
  },
  verificacion_respondida: {
    es: "Verificación de nombre y sanciones de la cuenta {clabe}: {verdict} ({reference})",
    en: "Check of name and sanctions of account {clabe}: {verdict} ({reference})",
  },
  intento_desconocido: {
    es: "Sin respuesta clara ({action}): se busca evidencia antes de repetir ({message})",
    en: "No clear answer ({action}): looking for evidence before repeating ({message})",
  },
  intento_rechazado: { es: "Rechazado: {action} ({message})", en: "Refused: {action} ({message})" },
  interruptor_activado: { es: "Salidas de dinero detenidas: {message}", en: "Outgoing money stopped: {message}" },
  interruptor_levantado: {
    es: "Se levanta la detención «{why}»: {message}",
    en: "The stop “{why}” is lifted: {message}",
  },
  descuadre_abierto: {
    es: "Descuadre {number}: este pago avanzó con la transacción {tx_hash} ({amount}), y la cadena ya no la muestra así",
    en: "Break {number}: this payment went on by transaction {tx_hash} ({amount}), and the chain no longer shows it so",
  },
  descuadre_cerrado: {
    es: "Descuadre {number} cerrado: la transacción {tx_hash} está otra vez en la cadena, bloque {block}",
    en: "Break {number} closed: transaction {tx_hash} is on the chain again, block {block}",
  },
  // Its kind brings its own sentence in both languages.
  descuadre_hallado: { es: "Descuadre {number} ({amount}): {es}", en: "Break {number} ({amount}): {en}" },
  descuadre_sanado: {
    es: "Descuadre {number} cerrado por sí solo: el banco y la cadena, hasta el bloque {block}, ya no lo muestran",
    en: "Break {number} closed by itself: bank and chain, up to block {block}, no longer show it",
  },
  clave_creada: {
    es: "Llave {key} creada para {owner}: {scopes}",
    en: "Key {key} created for {owner}: {scopes}",
  },
  clave_revocada: { es: "Llave {key} revocada. Motivo: {reason}", en: "Key {key} revoked. Reason: {reason}" },
  // What is planned brings its own sentence in both languages.
  plan_propuesto: { es: "Por confirmar: {es}. Motivo: {reason}", en: "To be confirmed: {en}. Reason: {reason}" },
  accion_de_operador: { es: "{es}. Motivo: {reason}", en: "{en}. Reason: {reason}" },
  alerta_abierta: { es: "Alerta {number}, {alert}: {detail}", en: "Alert {number}, {alert}: {detail}" },
  alerta_repetida: {
    es: "Nadie ha atendido la alerta {number}, {alert}: {detail}",
    en: "Nobody has acknowledged alert {number}, {alert}: {detail}",
  },
  alerta_atendida: {
    es: "Alerta {number}, {alert}, atendida. Motivo: {reason}",
    en: "Alert {number}, {alert}, acknowledged. Reason: {reason}",
  },
  alerta_cerrada: { es: "Alerta {number}, {alert}, terminada", en: "Alert {number}, {alert}, is over" },
  todo_en_calma: { es: "Todo en calma", en: "All quiet" },
  webhook_registrado: {
    es: "Webhook {endpoint} registrado hacia {host}. Motivo: {reason}",
    en: "Webhook {endpoint} to {host} registered. Reason: {reason}",
  },
  webhook_cambiado: {
    es: "Webhook {endpoint} cambiado ({host}). Motivo: {reason}",
    en: "Webhook {endpoint} changed ({host}). Reason: {reason}",
  },
  webhook_secreto_cambiado: {
    es: "Secreto del webhook {endpoint} cambiado ({host}). Motivo: {reason}",
    en: "Secret of webhook {endpoint} changed ({host}). Reason: {reason}",
  },
  webhook_reenviado: {
    es: "Se reenvían {count} avisos al webhook {endpoint} ({host}). Motivo: {reason}",
    en: "{count} deliveries are sent again to webhook {endpoint} ({host}). Reason: {reason}",
  },
  webhook_eliminado: {
    es: "Webhook {endpoint} eliminado ({host}). Motivo: {reason}",
    en: "Webhook {endpoint} removed ({host}). Reason: {reason}",
  },
  webhook_desactivado: {
    es: "Webhook {endpoint} desactivado ({host}): dejó de aceptar avisos",
    en: "Webhook {endpoint} disabled ({host}): it accepts no deliveries any more",
  },
  aviso_sin_entregar: {
    es: "No se entregó el correo al {audience} ({message}): avísele por otro medio",
    en: "The mail to the {audience} was not delivered ({message}): tell them another way",
  },
  enlace_creado: {
    es: "Página para el {audience} creada. Motivo: {reason}",
    en: "Page for the {audience} created. Reason: {reason}",
  },
  enlace_por_correo: {
    es: "Se envía al {audience} su página por correo. Motivo: {reason}",
    en: "The {audience} is mailed their page. Reason: {reason}",
  },
  liberacion_aprobada: {
    es: "El {audience} aprobó por su propio enlace que se libere antes de su fin; {next}",
    en: "The {audience} approved by their own link that it is released before its end; {next}",
  },
  enlace_revocado: {
    es: "Página para el {audience} cerrada. Motivo: {reason}",
    en: "Page for the {audience} ended. Reason: {reason}",
  },
};

// Made once: making one costs more than all else that an event takes.
const inMexico = new Intl.DateTimeFormat("es-MX", {
  dateStyle: "medium",
  timeStyle: "short",
  hourCycle: "h23",
  timeZone: "America/Mexico_City",
});

/** A moment (unix ms) as people in Mexico write it: «22 nov 2026, 10:34» in the capital's time. */
export function momentInMexico(ms: number): string {
  return inMexico.format(ms);
}

/** An event as it is kept for ever: its data without a whole CLABE, whoever wrote one, and its two texts. */
export function recorded(type: AnyEventType, data: Readonly<Record<string, string>>) {
  const kept = Object.fromEntries(Object.entries(data).map(([name, text]) => [name, maskClabesIn(text)]));
  return { data: kept, ...describe(type, kept) };
}

/** The event's two texts with its data filled in, code names as people say them. */
export function describe(type: AnyEventType, data: Readonly<Record<string, string>>): Words {
  const fill = (language: keyof Words) =>
    words[type][language].replace(/\{(\w+)\}/g, (_, name: string) => termsOf(name, data[name] ?? "—", language));
  return { es: fill("es"), en: fill("en") };
}
