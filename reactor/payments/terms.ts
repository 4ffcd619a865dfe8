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

/** By kind of name: the code names that people meet, and what people call them. */
const TERMS: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  action: ACTIONS,
  audience: { buyer: words("comprador", "buyer"), seller: words("vendedor", "seller") },
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
  rail: { bank: words("al banco", "to the bank"), chain: words("a la cadena", "to the chain") },
  place: {
    buyer: words("comprador", "buyer"),
    juno: words("Juno", "Juno"),
    bridge: words("cartera puente", "bridge wallet"),
    escrow: words("escrow", "escrow"),
    beneficiary: words("beneficiario", "beneficiary"),
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
    up_to: words("hasta la detención", "up to stop"),
    issuance_id: words("emisión", "issuance"),
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
    person: words("persona", "person"),
    service: words("servicio", "service"),
    hash: words("huella del plan", "the plan's hash"),
  },
  scope: {
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
    difference_centavos: words("diferencia en centavos", "difference in centavos"),
  },
};

/** A code name as people say it; what has no such word stands as it is. */
export const termOf = (kind: string, name: string, language: keyof Words): string =>
  TERMS[kind]?.[name]?.[language] ?? name;
