import { bankOf, maskClabe } from "../../payments/clabe.ts";
import { dayInMexico } from "../../payments/mexicoTime.ts";
import { toDecimal } from "../../payments/money.ts";
import type { Cep } from "./receiptView.ts";

const PAGE = "https://www.banxico.org.mx/cep/";

type Spei = Readonly<{
  atMs: number;
  amountCentavos: bigint;
  /** As the bank gave it, never made up; null where it gives none. */
  claveRastreo: string | null;
  /** Three digits; null where the bank does not tell it. */
  sendingBank: string | null;
  beneficiaryClabe: string;
}>;

/** What Banxico's CEP page asks for of one SPEI (juno-api.md 4), and which part of it is not there. */
export function cepOf(spei: Spei, reader: Readonly<{ seesClabe: boolean }>): Cep {
  const { atMs, amountCentavos, claveRastreo, sendingBank, beneficiaryClabe } = spei;
  return {
    page: PAGE,
    date: dayInMexico(atMs),
    amount: toDecimal(amountCentavos),
    clave_rastreo: claveRastreo,
    sending_bank: sendingBank === null ? null : bankOf(sendingBank),
    receiving_bank: bankOf(beneficiaryClabe),
    beneficiary_clabe: reader.seesClabe ? beneficiaryClabe : maskClabe(beneficiaryClabe),
    missing: [
      ...(claveRastreo === null ? (["clave_rastreo"] as const) : []),
      ...(sendingBank === null ? (["sending_bank"] as const) : []),
      ...(reader.seesClabe ? [] : (["beneficiary_clabe"] as const)),
    ],
  };
}
