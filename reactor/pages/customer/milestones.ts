import type { Payee } from "../../payments/payee.ts";
import type { AnyEventType } from "../../payments/words.ts";
import type { PageWords } from "../words/es.ts";

/** What of a payment's history a customer is told, in plain words. All else is how it is done. */
const TOLD: Partial<Record<AnyEventType, keyof PageWords>> = {
  pago_creado: "told_created",
  deposito_detectado: "told_deposit",
  deposito_devuelto: "told_deposit_returned",
  custodia_activa: "told_custody",
  custodia_extendida: "told_custody_extended",
  liberacion_aprobada: "told_approved",
  custodia_vencida: "told_custody_over",
  disputa_iniciada: "told_dispute",
  disputa_a_favor_del_vendedor: "told_for_seller",
  disputa_a_favor_del_comprador: "told_for_buyer",
  pago_spei_enviado: "told_sent",
  pago_completado: "told_paid",
  pago_cancelado: "told_cancelled",
  pago_expirado: "told_expired",
};

/** What is told otherwise where the money goes back to the buyer. */
const TOLD_OF_REFUND: typeof TOLD = { pago_spei_enviado: "told_sent_back", pago_completado: "told_paid_back" };
export const TOLD_TYPES = Object.keys(TOLD) as readonly AnyEventType[];

type Happened = Readonly<{ type: AnyEventType; atMs: number; legId: number | null }>;
type Paid = Readonly<{ id: number; payee: Payee | null }>;

/** The history as a customer reads it, oldest first. Commissions are none of theirs. */
export function milestonesOf(
  events: readonly Happened[],
  legs: readonly Paid[],
): readonly Readonly<{ word: keyof PageWords; at: string }>[] {
  return events.flatMap(({ type, atMs, legId }) => {
    const payee = legs.find(({ id }) => id === legId)?.payee ?? null;
    if (payee === "platform" || payee === "broker") return [];
    const word = (payee === "buyer" ? TOLD_OF_REFUND[type] : undefined) ?? TOLD[type];
    return word === undefined ? [] : [{ word, at: new Date(atMs).toISOString() }];
  });
}
