import type { BankTransaction } from "../reactor/juno/reply.ts";
import type { Finding } from "./finding.ts";
import { inPesos } from "./inPesos.ts";
import { type Movement, overdrawn, type Split } from "./overdrawn.ts";

const WAYS: Readonly<Partial<Record<BankTransaction["type"], Movement["way"]>>> = {
  ISSUANCE: "in",
  CRYPTO_DEPOSIT: "in",
  CRYPTO_WITHDRAWAL: "out",
  REDEMPTION: "out",
};

/**
 * What the bank's list must not show: more debits of an amount than credits, or a withdrawal to another address than a
 * bridge of ours. A failed order moved nothing. A conversion is judged by nobody: no program of ours orders one.
 */
export function judgeBank(
  transactions: readonly BankTransaction[],
  known: Readonly<{ bridges: readonly string[]; sureFromMs: number; splits: readonly Split[] }>,
): readonly Finding[] {
  const live = transactions.filter(({ status }) => status !== "FAILED");
  const movements = live.flatMap((one) => {
    const way = WAYS[one.type];
    return way === undefined ? [] : [{ ...one, way, at: one.createdAtMs }];
  });
  const surplus = overdrawn(movements, known.sureFromMs, known.splits).map(({ id, type, amountBaseUnits }) => ({
    key: `bank:surplus:${id}`,
    why: `Juno muestra más salidas que entradas de ${inPesos(amountBaseUnits)}: ${WORDS[type]} ${id} sobra, como si una orden se hubiera ejecutado dos veces`,
  }));
  const strayed = live
    .filter(
      ({ type, address }) => type === "CRYPTO_WITHDRAWAL" && address !== undefined && !known.bridges.includes(address),
    )
    .map(({ id, amountBaseUnits, address }) => ({
      key: `bank:strayed:${id}`,
      why: `El retiro ${id} de ${inPesos(amountBaseUnits)} salió de Juno hacia ${address}, que no es una cartera puente`,
    }));
  return [...surplus, ...strayed];
}

const WORDS: Readonly<Record<BankTransaction["type"], string>> = {
  ISSUANCE: "la emisión",
  CRYPTO_DEPOSIT: "el depósito",
  CRYPTO_WITHDRAWAL: "el retiro",
  REDEMPTION: "la redención",
  CONVERSION: "la conversión",
};
