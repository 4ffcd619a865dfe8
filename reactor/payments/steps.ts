/** The steps of a payment that somebody outside can be asked about, in the order in which one leg comes through them. */
export const steps = {
  deposit_received: { es: "Depósito SPEI del comprador", en: "The buyer's SPEI deposit" },
  issued: { es: "Juno emite los MXNB", en: "Juno issues the MXNB" },
  withdrawn: { es: "Retiro de Juno a la cartera puente", en: "Withdrawal from Juno to the bridge wallet" },
  arrived: { es: "Los MXNB llegan a la cartera puente", en: "The MXNB arrive in the bridge wallet" },
  refunded: { es: "Juno devuelve una orden que falló", en: "Juno gives a failed order back" },
  escrow_created: { es: "El contrato registra el escrow", en: "The contract records the escrow" },
  funded: { es: "Los MXNB entran al escrow", en: "The MXNB enter the escrow" },
  escrow_funded: { es: "El contrato confirma el fondeo", en: "The contract confirms the funding" },
  escrow_disputed: { es: "Disputa registrada en el contrato", en: "Dispute recorded in the contract" },
  dispute_resolved: { es: "Disputa resuelta en el contrato", en: "Dispute resolved in the contract" },
  escrow_cancelled: { es: "El contrato cancela el escrow", en: "The contract cancels the escrow" },
  left_escrow: { es: "Los MXNB salen del escrow", en: "The MXNB leave the escrow" },
  escrow_released: { es: "El contrato confirma la liberación", en: "The contract confirms the release" },
  returned: { es: "Los MXNB vuelven a Juno", en: "The MXNB go back to Juno" },
  credited: { es: "Juno acredita los MXNB", en: "Juno credits the MXNB" },
  paid_out: { es: "Redención y pago por SPEI", en: "Redemption and SPEI payout" },
  payout_returned: { es: "El banco devuelve el SPEI", en: "The bank sends the SPEI back" },
  elsewhere: { es: "Otro movimiento de MXNB", en: "Another movement of MXNB" },
  not_shown: { es: "La cadena no muestra ahora este paso", en: "The chain does not show this step now" },
} as const satisfies Record<string, Readonly<{ es: string; en: string }>>;

export type Step = keyof typeof steps;

/** The escrow contract's own words. */
export const escrowSteps: Readonly<Record<string, Step>> = {
  EscrowCreated: "escrow_created",
  EscrowFunded: "escrow_funded",
  EscrowDisputed: "escrow_disputed",
  EscrowDisputeResolved: "dispute_resolved",
  EscrowCancelled: "escrow_cancelled",
  EscrowReleased: "escrow_released",
};

const ORDER = Object.keys(steps);
/** Sorts the steps of one leg: an order that failed and its refund come before the order that followed. */
export const placeOf = (step: Step): number => ORDER.indexOf(step);
