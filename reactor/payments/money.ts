/** MXNB has 6 decimals, the peso 2: one centavo is 10,000 base units (contracts-and-token.md 2.1). */
export const BASE_UNITS_PER_CENTAVO = 10_000n;

/** Below this the bank issues nothing and redeems nothing (juno-api.md 2.7, 2.9). */
export const SMALLEST_CENTAVOS = 100_00n;

/** Above this one withdrawal is refused (juno-api.md 2.8: at most 10 million). */
export const LARGEST_CENTAVOS = 10_000_000_00n;

/** From here on a payment waits for the chain's deeper head before money leaves it (DESIGN 3). */
export const LARGE_AMOUNT_CENTAVOS = 100_000_00n;

export type ParsedAmount =
  | Readonly<{ ok: true; amountCentavos: bigint }>
  | Readonly<{ ok: false; problem: "not_decimal" | "too_many_decimals" | "not_positive" | "too_small" | "too_large" }>;

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d+))?$/;

type ParsedPesos =
  | Readonly<{ ok: true; amountCentavos: bigint }>
  | Readonly<{ ok: false; problem: "not_decimal" | "too_many_decimals" | "not_positive" }>;

/** Reads what a payment may be of, pesos written as a decimal string ("1500", "1500.5", "1500.50"), into centavos, exactly. */
export function parseAmount(text: string): ParsedAmount {
  const parsed = parsePesos(text);
  if (!parsed.ok) return parsed;
  if (parsed.amountCentavos < SMALLEST_CENTAVOS) return { ok: false, problem: "too_small" };
  if (parsed.amountCentavos > LARGEST_CENTAVOS) return { ok: false, problem: "too_large" };
  return parsed;
}

/** Reads any amount above nothing, in pesos, into centavos. */
export function parsePesos(text: string): ParsedPesos {
  const match = DECIMAL.exec(text);
  if (!match) return { ok: false, problem: "not_decimal" };
  const [, sign, pesos = "", decimals = ""] = match;
  if (decimals.length > 2) return { ok: false, problem: "too_many_decimals" };
  const amountCentavos = BigInt(pesos) * 100n + BigInt(decimals.padEnd(2, "0"));
  if (sign === "-" || amountCentavos === 0n) return { ok: false, problem: "not_positive" };
  return { ok: true, amountCentavos };
}

/** Centavos as a plain decimal string with two decimals, as it goes over the wire: 150050n is "1500.50". */
export function toDecimal(amountCentavos: bigint): string {
  const sign = amountCentavos < 0n ? "-" : "";
  const absolute = amountCentavos < 0n ? -amountCentavos : amountCentavos;
  return `${sign}${absolute / 100n}.${String(absolute % 100n).padStart(2, "0")}`;
}

/** Centavos as people in Mexico read them: 150050n is "$1,500.50", and below zero "-$1,500.50". */
export function toPesos(amountCentavos: bigint): string {
  if (amountCentavos < 0n) return `-${toPesos(-amountCentavos)}`;
  const [pesos = "", centavos = ""] = toDecimal(amountCentavos).split(".");
  return `$${pesos.replace(/\B(?=(\d{3})+$)/g, ",")}.${centavos}`;
}
