import type { SendAction } from "./table.ts";

type Words = Readonly<{ es: string; en: string }>;

/** What the tables and the chain's signer call an action, as people call it. */
const actionTerms: Readonly<Record<SendAction | "approve", Words>> = {
  withdraw: { es: "retirar MXNB de Juno", en: "withdraw MXNB from Juno" },
  registerAccount: { es: "registrar la cuenta bancaria", en: "register the bank account" },
  redeem: { es: "redimir y pagar por SPEI", en: "redeem and pay by SPEI" },
  createEscrow: { es: "crear el escrow", en: "create the escrow" },
  fundEscrow: { es: "fondear el escrow", en: "fund the escrow" },
  release: { es: "liberar el escrow", en: "release the escrow" },
  dispute: { es: "registrar la disputa", en: "record the dispute" },
  resolveForSeller: { es: "resolver a favor del vendedor", en: "resolve for the seller" },
  resolveForBuyer: { es: "resolver a favor del comprador", en: "resolve for the buyer" },
  returnToJuno: { es: "devolver los MXNB a Juno", en: "send the MXNB back to Juno" },
  approve: { es: "autorizar al escrow", en: "allow the escrow to draw" },
};

const audienceTerms: Readonly<Record<"buyer" | "seller", Words>> = {
  buyer: { es: "comprador", en: "buyer" },
  seller: { es: "vendedor", en: "seller" },
};

/** Fields of an event's data whose values are code names, and what people call these. */
const TERMS: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  action: actionTerms,
  audience: audienceTerms,
};

/** A value of an event's data as people say it; what is no code name stands as it is. */
export const termOf = (field: string, value: string, language: keyof Words): string =>
  TERMS[field]?.[value]?.[language] ?? value;
