import type { LegKind, Reason, StateOf } from "./leg.ts";

/** Who must do something before a leg moves. */
export type Awaited = "buyer" | "bank" | "chain" | "person" | "machine" | "time";
type Words = Readonly<{ es: string; en: string }>;

/** What a state waits for, which evidence ends the wait, and what happens by itself then. */
export type Waiting = Readonly<{ from: Awaited; what: Words; missing: Words; next: Words }>;

const words = (es: string, en: string): Words => ({ es, en });

export const WHO: Readonly<Record<Awaited, Words>> = {
  buyer: words("del comprador", "from the buyer"),
  bank: words("de Juno", "from Juno"),
  chain: words("de la cadena", "from the chain"),
  person: words("de una persona", "from a person"),
  machine: words("del propio sistema", "from the system itself"),
  time: words("según el calendario", "by the calendar"),
};

const OUR_CALL = words("un registro de nuestra propia llamada en la cadena", "a log of our own call on the chain");

/** For every state that is not over. */
export const WAITING: {
  readonly [K in LegKind]: { readonly [S in StateOf<K>]: Waiting | null };
} = {
  deposit: {
    awaiting: {
      from: "buyer",
      what: words("el depósito SPEI", "the SPEI deposit"),
      missing: words(
        "un depósito de este monto en la CLABE del cliente",
        "a deposit of this amount on the customer's CLABE",
      ),
      next: words("se identifica en cuanto el banco lo lista", "it is identified as soon as the bank lists it"),
    },
    seen: {
      from: "bank",
      what: words("la emisión del depósito visto", "the issuance of the deposit that was seen"),
      missing: words("una emisión de esta CLABE y este monto", "an issuance of this CLABE and amount"),
      next: words("se vuelve a preguntar al banco", "the bank is asked again"),
    },
    issuing: {
      from: "bank",
      what: words("que termine la emisión", "the end of the issuance"),
      missing: words("la emisión COMPLETE y del mismo monto", "the issuance COMPLETE and of the same amount"),
      next: words("se vuelve a preguntar al banco", "the bank is asked again"),
    },
    issued: null,
    covered: null,
    expired: null,
    cancelled: null,
  },
  custody: {
    waiting: {
      from: "machine",
      what: words("que el depósito esté emitido", "the deposit to be issued"),
      missing: words("el depósito emitido", "the deposit issued"),
      next: words("se ordena el retiro a la cartera puente", "the withdrawal to the bridge wallet is ordered"),
    },
    withdrawing: {
      from: "bank",
      what: words("el retiro a la cartera puente", "the withdrawal to the bridge wallet"),
      missing: words(
        "el retiro COMPLETE y su transferencia en la cadena",
        "the withdrawal COMPLETE and its transfer on the chain",
      ),
      next: words("se busca el retiro en el banco y en la cadena", "it is looked for at the bank and on the chain"),
    },
    failed_withdrawal: {
      from: "bank",
      what: words("el reembolso del retiro fallido", "the refund of the failed withdrawal"),
      missing: words("la entrada del reembolso", "the refund's entry"),
      next: words("con el reembolso se ordena otro retiro", "with the refund another withdrawal is ordered"),
    },
    bridged: {
      from: "chain",
      what: words("la creación del escrow", "the creation of the escrow"),
      missing: OUR_CALL,
      next: words("se mira otra vez la cadena", "the chain is looked at again"),
    },
    funding: {
      from: "chain",
      what: words("el fondeo del escrow", "the funding of the escrow"),
      missing: OUR_CALL,
      next: words("se mira otra vez la cadena", "the chain is looked at again"),
    },
    securing: {
      from: "chain",
      what: words("que el fondeo sea definitivo", "the funding to be settled"),
      missing: words("el bloque del fondeo por debajo del definitivo", "the funding's block under the settled head"),
      next: words("se mira otra vez la cadena", "the chain is looked at again"),
    },
    active: {
      from: "time",
      what: words("el fin de la custodia", "the end of custody"),
      missing: words(
        "que el reloj de la base y el de la cadena lo pasen",
        "the database's clock and the chain's to be past it",
      ),
      next: words("se libera el escrow", "the escrow is released"),
    },
    disputing: {
      from: "chain",
      what: words("el registro de la disputa", "the recording of the dispute"),
      missing: OUR_CALL,
      next: words("se mira otra vez la cadena", "the chain is looked at again"),
    },
    disputed: {
      from: "person",
      what: words("la decisión de la disputa, por dos personas", "the dispute's ruling, by two persons"),
      missing: words("la decisión", "the ruling"),
      next: words("nada sin ella", "nothing without it"),
    },
    resolving: {
      from: "chain",
      what: words("la decisión a favor del vendedor en la cadena", "the ruling for the seller on the chain"),
      missing: OUR_CALL,
      next: words("se mira otra vez la cadena", "the chain is looked at again"),
    },
    cancelling: {
      from: "chain",
      what: words("la decisión a favor del comprador en la cadena", "the ruling for the buyer on the chain"),
      missing: OUR_CALL,
      next: words("se mira otra vez la cadena", "the chain is looked at again"),
    },
    releasing: {
      from: "chain",
      what: words("la liberación del escrow", "the release of the escrow"),
      missing: OUR_CALL,
      next: words("se mira otra vez la cadena", "the chain is looked at again"),
    },
    returning: {
      from: "chain",
      what: words("el envío de los MXNB a Juno", "the sending of the MXNB to Juno"),
      missing: OUR_CALL,
      next: words("se mira otra vez la cadena", "the chain is looked at again"),
    },
    crediting: {
      from: "bank",
      what: words("que Juno acredite los MXNB", "Juno's credit of the MXNB"),
      missing: words(
        "el CRYPTO_DEPOSIT de esa transacción y su bloque definitivo",
        "the CRYPTO_DEPOSIT of that transaction and its settled block",
      ),
      next: words("se vuelve a preguntar al banco", "the bank is asked again"),
    },
    returned: null,
  },
  payout: {
    waiting: {
      from: "machine",
      what: words("que los fondos estén en Juno", "the funds to be at Juno"),
      missing: words("la custodia terminada", "the custody over"),
      next: words("se registra la cuenta del beneficiario", "the beneficiary's account is registered"),
    },
    account: {
      from: "bank",
      what: words("el registro de la cuenta del beneficiario", "the registration of the beneficiary's account"),
      missing: words("la cuenta en la lista del banco", "the account in the bank's list"),
      next: words("se vuelve a pedir", "it is asked for again"),
    },
    ready: {
      from: "machine",
      what: words("la salida del pago", "the payout to be cleared"),
      missing: words("que nada lo detenga", "nothing to hold it"),
      next: words("se ordena el SPEI", "the SPEI is ordered"),
    },
    redeeming: {
      from: "bank",
      what: words("que el banco acepte el pago", "the bank's acceptance of the payout"),
      missing: words("el número de la redención", "the redemption's id"),
      next: words(
        "se busca en el banco, y se repite con la misma llave mientras viva",
        "it is looked for at the bank, and repeated under the same key while it lives",
      ),
    },
    paying: {
      from: "bank",
      what: words("que el SPEI llegue", "the SPEI's arrival"),
      missing: words("la redención COMPLETE y del mismo monto", "the redemption COMPLETE and of the same amount"),
      next: words("se vuelve a preguntar al banco", "the bank is asked again"),
    },
    failed: {
      from: "bank",
      what: words("el reembolso del SPEI fallido", "the refund of the failed SPEI"),
      missing: words("la entrada del reembolso", "the refund's entry"),
      next: words("con él decide una persona", "with it a person decides"),
    },
    paid: null,
    bounced: {
      from: "person",
      what: words("una cuenta corregida del beneficiario", "a corrected account of the beneficiary"),
      missing: words("la cuenta nueva", "the new account"),
      next: words("nada sin ella", "nothing without it"),
    },
  },
};

/** Why a leg that could act does not. */
export const HINDRANCES: Readonly<Record<Reason, Words>> = {
  held: words("el pago está retenido", "the payment is held"),
  shadow: words(
    "el sistema está en modo sombra: decide y no envía",
    "the system is in shadow mode: it decides and sends nothing",
  ),
  killed: words("las salidas de dinero están detenidas", "outgoing money is stopped"),
  stale_facts: words("los datos de la cadena están atrasados", "the chain's data are behind"),
  token_paused: words("el token MXNB está en pausa", "the MXNB token is paused"),
  blacklisted: words("el token MXNB bloquea una de las carteras", "the MXNB token blocks one of the wallets"),
  escrow_paused: words("el contrato del escrow está en pausa", "the escrow's contract is paused"),
  allowance: words(
    "el permiso del escrow sobre los MXNB no alcanza",
    "the escrow's allowance over the MXNB is too small",
  ),
  no_gas: words("la cartera puente no tiene para el gas", "the bridge wallet lacks the gas"),
  insufficient: words("el saldo no alcanza", "the balance is too small"),
  throttled: words("el banco pide ir más despacio", "the bank asks us to slow down"),
  authentication: words("el banco no acepta la llave", "the bank does not accept the key"),
  bank_limit: words("el banco llegó a un límite suyo", "the bank is at a limit of its own"),
  unknown_outcome: words("no se sabe si la orden ocurrió", "it is not known whether the order happened"),
  bank_unread: words(
    "el banco no se ha leído completo desde el arranque",
    "the bank has not been read whole since the start",
  ),
  custody_in_review: words("su custodia está en revisión", "its custody is in review"),
  deposit_in_review: words("su depósito está en revisión", "its deposit is in review"),
  unscreened: words(
    "falta la respuesta de la verificación de nombre y sanciones",
    "the check of name and sanctions has not answered",
  ),
  screening_hold: words(
    "la verificación de nombre y sanciones lo retiene; se pregunta de nuevo por reloj",
    "the check of name and sanctions holds it; it is asked again by the clock",
  ),
  no_account: words("falta la cuenta a la que se paga", "the account to pay to is missing"),
  several_payments_match: words("el depósito podría ser de varios pagos", "the deposit could be for several payments"),
  other_payer: words(
    "el depósito llegó a nombre de otra persona: alguien decide",
    "the deposit came in another name: a person decides",
  ),
  untold_payer: words(
    "el banco no dice a nombre de quién llegó el depósito: alguien decide",
    "the bank does not tell in whose name the deposit came: a person decides",
  ),
  node_unreachable: words("el nodo de la cadena no responde", "the chain's node does not answer"),
  escrow_state: words("el escrow no está como se espera", "the escrow is not as expected"),
};
