import type { SendAction } from "./table.ts";

type Words = Readonly<{ es: string; en: string }>;
const words = (es: string, en: string): Words => ({ es, en });

const ACTIONS: Readonly<Record<SendAction | "approve", Words>> = {
  withdraw: words("retirar MXNB de Juno", "withdraw MXNB from Juno"),
  registerAccount: words("registrar la cuenta bancaria", "register the bank account"),
  redeem: words("redimir y pagar por SPEI", "redeem and pay by SPEI"),
  createEscrow: words("crear el escrow", "create the escrow"),
  fundEscrow: words("fondear el escrow", "fund the escrow"),
  release: words("liberar el escrow", "release the escrow"),
  dispute: words("registrar la disputa", "record the dispute"),
  resolveForSeller: words("resolver a favor del vendedor", "resolve for the seller"),
  resolveForBuyer: words("resolver a favor del comprador", "resolve for the buyer"),
  returnToJuno: words("devolver los MXNB a Juno", "send the MXNB back to Juno"),
  approve: words("autorizar al escrow", "allow the escrow to draw"),
};

const PLACES: Readonly<Record<string, Words>> = {
  buyer: words("comprador", "buyer"),
  suspense: words("depósitos sin pago", "deposits without payment"),
  juno: words("Juno", "Juno"),
  bridge: words("cartera puente", "bridge wallet"),
  escrow: words("escrow", "escrow"),
  beneficiary: words("beneficiario", "beneficiary"),
  fees: words("comisiones", "commissions"),
  returns: words("quien pagó", "who paid"),
  company: words("la empresa", "the company"),
};

/** By kind of name: the code names that people meet, and what people call them. */
const TERMS: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  action: ACTIONS,
  control: {
    payout_ceiling: words("tope por pago", "ceiling for one payout"),
    hour_ceiling: words("tope por hora", "ceiling for an hour"),
    day_ceiling: words("tope por día", "ceiling for a day"),
    allowance: words(
      "monto que el escrow puede tomar de la cartera puente",
      "what the escrow may draw from the bridge",
    ),
    escrow: words("contrato de escrow", "escrow contract"),
    mxnb: words("contrato de MXNB", "MXNB contract"),
    bridge: words("cartera puente", "bridge wallet"),
    juno_wallet: words("cartera de Juno", "Juno's wallet"),
  },
  audience: { buyer: words("comprador", "buyer"), seller: words("vendedor", "seller") },
  /** What follows a party's approval. */
  next: {
    awaits_other: words("falta la otra parte", "the other party's is missing"),
    released: words("con la de ambas partes se libera", "with both parties' it is released"),
    awaits_operators: words(
      "la otra aprobación la registró un operador: la liberan dos personas",
      "the other approval was recorded by an operator: two persons release it",
    ),
  },
  transaction_state: {
    reserved: words("por firmar", "to be signed"),
    signed: words("firmada", "signed"),
    sent: words("enviada", "sent"),
    included: words("en un bloque", "in a block"),
    mined: words("definitiva", "settled"),
    reverted: words("revertida", "reverted"),
    replaced: words("reemplazada", "replaced"),
    lost: words("perdida", "lost"),
  },
  /** Ways out of review, as what a person says by taking one. */
  exit: {
    resume: words("seguir donde estaba", "go on where it stood"),
    retry: words("ordenar de nuevo, con otra llave", "order anew, under another key"),
    issuance_claimed: words("la emisión es de este pago", "the issuance is this payment's"),
    cancelled: words("ya está cancelado", "it is cancelled"),
    expired: words("ya venció", "it has expired"),
    deposit_refunded: words("el depósito se devolvió", "the deposit was given back"),
    issuance_failed: words("la emisión falló", "the issuance failed"),
    covered: words("la empresa cubre lo que el banco devolvió", "the company covers what the bank gave back"),
    bridged: words("el retiro llegó a la cartera puente", "the withdrawal reached the bridge wallet"),
    failed: words("la orden falló en Juno", "the order failed at Juno"),
    refund_claimed: words("Juno reembolsó la orden", "Juno refunded the order"),
    funded: words("el escrow está fondeado", "the escrow is funded"),
    due: words("la custodia terminó", "custody is over"),
    dispute_opened: words("hay una disputa", "there is a dispute"),
    disputed: words("la disputa está en la cadena", "the dispute is on the chain"),
    ruled_for_seller: words("decidir a favor del vendedor", "rule for the seller"),
    ruled_for_buyer: words("decidir a favor del comprador", "rule for the buyer"),
    resolved: words("la disputa está resuelta en la cadena", "the dispute is resolved on the chain"),
    released: words("el escrow está liberado", "the escrow is released"),
    returned: words("los MXNB volvieron a Juno", "the MXNB are back at Juno"),
    credited: words("Juno acreditó los MXNB", "Juno credited the MXNB"),
    accepted: words("Juno aceptó la redención", "Juno accepted the redemption"),
    paid: words("el SPEI está pagado", "the SPEI is paid"),
  },
  payer: {
    buyer: words("el comprador", "the buyer"),
    another: words("otra persona", "somebody else"),
    untold: words("el banco no lo dice", "the bank does not tell"),
    other_payer: words("llegó a nombre de otra persona", "it came in another name"),
    untold_payer: words("el banco no dice a nombre de quién llegó", "the bank does not tell in whose name it came"),
  },
  /** How far a payment had come when it was brought in. */
  stage: {
    pending: words("sin depósito", "no deposit"),
    cancelled: words("cancelado", "cancelled"),
    processing: words("depositado, sin escrow", "deposited, no escrow"),
    active: words("en custodia", "in custody"),
    disputed: words("en disputa", "in dispute"),
    releasing: words("liberado, sin pagar", "released, not paid"),
    completed: words("pagado", "paid"),
    refunded: words("devuelto al comprador", "refunded to the buyer"),
  },
  verdict: {
    clear: words("sin observaciones", "clear"),
    hold: words("retenido", "held"),
    refuse: words("rechazado", "refused"),
  },
  rail: { bank: words("al banco", "to the bank"), chain: words("a la cadena", "to the chain") },
  place: PLACES,
  /** What a break's three sides show. */
  evidence: {
    ...PLACES,
    in: words("entró", "in"),
    out: words("salió", "out"),
    ordered: words("ordenado", "ordered"),
    ids: words("números", "ids"),
    first: words("el primero", "the first one"),
    kind: words("clase", "kind"),
    status: words("estado", "status"),
    amount: words("monto", "amount"),
    amountBaseUnits: words("unidades de MXNB", "MXNB base units"),
    account: words("cuenta en Juno", "account at Juno"),
    txHash: words("transacción", "transaction"),
    refundOf: words("reembolso de", "refund of"),
    blockNumber: words("bloque", "block"),
    blockHash: words("hash del bloque", "the block's hash"),
    block: words("bloque", "block"),
    logs: words("registros", "logs"),
    escrowId: words("escrow", "escrow"),
    from: words("de", "from"),
    to: words("a", "to"),
    place: words("lugar", "place"),
    balance: words("saldo", "balance"),
    movements: words("movimientos", "movements"),
    explained: words("explicado", "explained"),
    difference: words("diferencia", "difference"),
    total: words("total", "total"),
  },
  movement: {
    pending: words("apartado hasta que se pruebe", "reserved until it is proven"),
    posted: words("asentado", "posted"),
    voided: words("anulado", "voided"),
  },
  field: {
    amount: words("monto", "amount"),
    address: words("dirección", "address"),
    clabe: words("CLABE", "CLABE"),
    bank_account_id: words("cuenta en Juno", "account at Juno"),
    contract: words("contrato", "contract"),
    escrow_id: words("escrow", "escrow"),
    to: words("a", "to"),
    control: words("qué cambia", "what changes"),
    version: words("versión", "version"),
    from: words("de", "from"),
    up_to: words("hasta la detención", "up to stop"),
    issuance_id: words("emisión", "issuance"),
    payer: words("quién pagó", "who paid"),
    same_customer: words("del mismo cliente", "of the same customer"),
    id: words("llave", "key"),
    owner: words("de", "of"),
    owner_kind: words("es de", "belongs to a"),
    scopes: words("permisos", "scopes"),
    days: words("días", "days"),
    buyer_approval: words("aprobación del comprador", "buyer's approval"),
    seller_approval: words("aprobación del vendedor", "seller's approval"),
    outcome: words("salida", "exit"),
    generation: words("intento", "generation"),
    custody_end: words("fin de la custodia", "end of custody"),
    former_custody_end: words("fin hasta ahora", "end until now"),
    open_breaks: words("descuadres abiertos", "open breaks"),
    past_screening: words(
      "aun contra la verificación de nombre y sanciones",
      "even against the check of name and sanctions",
    ),
    past_ceilings: words("aun por encima de los topes", "even above the ceilings"),
    true: words("sí", "yes"),
    person: words("persona", "person"),
    service: words("servicio", "service"),
    hash: words("huella del plan", "the plan's hash"),
  },
  scopes: {
    read: words("leer", "read"),
    operate: words("operar", "operate"),
    approve: words("aprobar", "approve"),
    admin: words("administrar", "administer"),
    audit: words("auditar", "audit"),
  },
  process_result: {
    looked: words("mirados", "looked at"),
    changed: words("cambios del banco", "changes at the bank"),
    assigned: words("depósitos asignados", "deposits assigned"),
    taken: words("registros de la cadena", "logs of the chain"),
    payments: words("pagos", "payments"),
    matched: words("coinciden", "match"),
    breaks: words("descuadres", "breaks"),
    forgotten: words("avisos viejos del banco borrados", "old webhooks of the bank deleted"),
    difference: words("diferencia", "difference"),
    rpc_calls: words("llamadas al nodo", "calls to the node"),
    bank_calls: words("llamadas al banco", "calls to the bank"),
    elapsed_ms: words("ms de conciliación", "ms of reconciliation"),
  },
};

/** A code name as people say it; what has no such word stands as it is. */
export const termOf = (kind: string, name: string, language: keyof Words): string =>
  TERMS[kind]?.[name]?.[language] ?? name;

/** Code names with commas between them, such as a key's scopes, as people say them. */
export const termsOf = (kind: string, names: string, language: keyof Words): string =>
  names
    .split(", ")
    .map((name) => termOf(kind, name, language))
    .join(", ");
