type Words = Readonly<{ es: string; en: string }>;

/** What two of the three books tell differently: how it is called, and what a person does about it first. */
export const breakKinds = {
  vanished_fact: {
    is: {
      es: "La cadena ya no muestra un hecho con el que un pago avanzó",
      en: "The chain no longer shows a fact by which a payment went on",
    },
    next: {
      es: "Busque la transacción en el explorador; si volvió, el descuadre se cierra solo. Si no, resuelva la revisión del pago.",
      en: "Look the transaction up in the explorer; if it is back, the break closes by itself. If not, resolve the payment's review.",
    },
  },
  missing_event: {
    is: {
      es: "Nuestros libros tienen un movimiento que ni el banco ni la cadena muestran",
      en: "Our books have a movement that neither bank nor chain shows",
    },
    next: {
      es: "No pague nada más de este pago. Compare con el banco y el explorador, y ponga el pago en revisión si el dinero no llegó.",
      en: "Pay nothing more of this payment. Compare with the bank and the explorer; hold the payment if the money never came.",
    },
  },
  unposted_movement: {
    is: {
      es: "El banco o la cadena muestran un movimiento de un pago que nuestros libros no tienen",
      en: "Bank or chain show a movement of a payment that our books do not have",
    },
    next: {
      es: "Espere la siguiente lectura: el pago se despierta y lo toma por su evidencia. Si sigue, resuelva su revisión.",
      en: "Wait for the next reading: the payment is woken and takes it by its evidence. If it stays, resolve its review.",
    },
  },
  doubled_payout: {
    is: { es: "Un pago salió más de una vez", en: "A payout left more than once" },
    next: {
      es: "Detenga las salidas de dinero, pida al banco que recupere el segundo SPEI y explique por qué salió.",
      en: "Stop outgoing money, have the bank recover the second SPEI, and explain why it left.",
    },
  },
  changed_amount: {
    is: {
      es: "Un movimiento tiene otro importe que su orden o que nuestros libros",
      en: "A movement has another amount than its order or our books",
    },
    next: {
      es: "Compare los tres importes de abajo y averigüe cuál cambió. No libere ni pague hasta saberlo.",
      en: "Compare the three amounts below and find out which one changed. Release and pay nothing until you know.",
    },
  },
  stolen_tokens: {
    is: {
      es: "Salieron MXNB de la cartera puente o del escrow sin orden nuestra",
      en: "MXNB left the bridge wallet or the escrow without an order of ours",
    },
    next: {
      es: "Detenga las salidas de dinero ahora y cambie la llave de la cartera puente: alguien más puede usarla.",
      en: "Stop outgoing money now and change the bridge wallet's key: somebody else may use it.",
    },
  },
  unexplained_debit: {
    is: {
      es: "El banco muestra una salida que ninguna orden nuestra explica",
      en: "The bank shows a debit that no order of ours explains",
    },
    next: {
      es: "Pregunte quién usa la cuenta del banco. Si nadie, detenga las salidas y cambie sus llaves.",
      en: "Ask who uses the bank account. If nobody does, stop outgoing money and change its keys.",
    },
  },
  unexplained_credit: {
    is: {
      es: "El banco muestra un abono que no es de ningún pago ni está por asignar",
      en: "The bank shows a credit that is no payment's and is not kept as unassigned",
    },
    next: {
      es: "Averigüe de quién es el dinero antes de moverlo; si es de un pago, asígnelo.",
      en: "Find out whose money it is before it is moved; if a payment's, assign it.",
    },
  },
  direct_transfer: {
    is: {
      es: "Alguien envió MXNB directamente a la cartera puente o al escrow",
      en: "Somebody sent MXNB directly to the bridge wallet or the escrow",
    },
    next: {
      es: "No es de ningún pago. Acuerde con quien lo envió cómo se devuelve, y anote el acuerdo al cerrar.",
      en: "It belongs to no payment. Agree with the sender how it goes back, and note the agreement when you close.",
    },
  },
  moved_by_hand: {
    is: {
      es: "Alguien movió MXNB a mano entre nuestros propios lugares",
      en: "Somebody moved MXNB by hand between our own places",
    },
    next: {
      es: "Pregunte quién usó la llave de la cartera puente y por qué; el dinero sigue en lugares nuestros.",
      en: "Ask who used the bridge wallet's key and why; the money is still in places of ours.",
    },
  },
  escrow_by_hand: {
    is: {
      es: "Alguien liberó, canceló o disputó un escrow fuera del sistema",
      en: "Somebody released, cancelled or disputed an escrow outside the system",
    },
    next: {
      es: "Revise si ya se pagó al vendedor por fuera. Después resuelva la revisión del pago.",
      en: "See whether the seller was already paid outside. Then resolve the payment's review.",
    },
  },
  rescued_tokens: {
    is: {
      es: "El dueño del contrato rescató tokens del escrow",
      en: "The contract's owner rescued tokens from the escrow",
    },
    next: {
      es: "Confirme con el dueño del contrato a dónde fueron y qué pagos quedan sin fondos en el escrow.",
      en: "Confirm with the contract's owner where they went and which payments are left without funds in the escrow.",
    },
  },
  balance_difference: {
    is: {
      es: "Un saldo no es la suma de sus movimientos",
      en: "A balance is not the sum of its movements",
    },
    next: {
      es: "Pida una lectura completa (npm run reconcile -- --full). Si la diferencia sigue, pida al banco su estado de cuenta.",
      en: "Ask for a full reading (npm run reconcile -- --full). If the difference stays, ask the bank for its statement.",
    },
  },
} as const satisfies Record<string, Readonly<{ is: Words; next: Words }>>;

export type BreakKind = keyof typeof breakKinds;
