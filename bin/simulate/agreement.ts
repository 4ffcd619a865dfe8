import { type AgreedPart, splitAmount } from "../../reactor/payments/splitAmount.ts";
import type { Chance } from "./chance.ts";

export const depositClabeOf = (paymentId: number) => `710969${String(paymentId).padStart(12, "0")}`;
export const payoutClabeOf = (paymentId: number) => `646180${String(paymentId).padStart(12, "0")}`;
export const refundClabeOf = (paymentId: number) => `002180${String(paymentId).padStart(12, "0")}`;
export const commissionClabeOf = (paymentId: number) => `072180${String(paymentId).padStart(12, "0")}`;

/** Of the seller's other account; to which what no sale waits for comes; and to which it goes back. */
export const correctedClabeOf = (paymentId: number) => `014180${String(paymentId).padStart(12, "0")}`;
export const strayClabeOf = (paymentId: number) => `710968${String(paymentId).padStart(12, "0")}`;
export const returnClabeOf = (paymentId: number) => `021180${String(paymentId).padStart(12, "0")}`;

/** Less than this is not shared: every part must be one that the bank redeems. */
const SMALLEST_SHARED_CENTAVOS = 600_00n;

/**
 * Who is paid what of a sale, drawn by its number: mostly the seller all of it, out of custody. No part of a sale that is
 * shared has the amount of any sale, so that the outside can be counted by amounts.
 */
export function agreementOf(chance: Chance, paymentId: number, amountCentavos: bigint): readonly AgreedPart[] {
  const isShared = amountCentavos > SMALLEST_SHARED_CENTAVOS && chance.hits(0.2, "shares", paymentId);
  const ofBroker = chance.hits(0.5, "has a broker", paymentId);
  const platform = { payee: "platform", source: "deposit", amountCentavos: 100_03n } as const;
  const broker = { payee: "broker", source: "custody", amountCentavos: 100_07n } as const;
  const split = splitAmount({
    amountCentavos,
    custodyCentavos: isShared ? amountCentavos - 200_14n : null,
    commissions: isShared ? [ofBroker ? broker : platform] : [],
  });
  if (!split.ok) throw new Error(`Payment ${paymentId} cannot be shared: ${split.problem}.`);
  return split.parts;
}
