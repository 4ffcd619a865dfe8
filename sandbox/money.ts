/** MXNB has 6 decimals and is worth one peso, so one centavo is 10,000 base units. */
export const BASE_UNITS_PER_CENTAVO = 10_000n;

/**
 * Reads an amount of pesos as the API takes it: a decimal string, or a JSON number (clients send both).
 * Returns centavos, or undefined for anything but a positive amount of at most two decimals.
 */
export function parseCentavos(amount: string | number): bigint | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,2}))?$/.exec(String(amount));
  if (!match) return undefined;
  const centavos = BigInt(match[1] ?? "0") * 100n + BigInt((match[2] ?? "").padEnd(2, "0"));
  return centavos > 0n ? centavos : undefined;
}

/** Writes MXNB base units as decimal pesos: two decimals, more only where a crypto deposit brought fractions of a centavo. */
export function decimalFromBaseUnits(amountBaseUnits: bigint): string {
  const digits = amountBaseUnits.toString().padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6).replace(/0{1,4}$/, "")}`;
}

/** Writes centavos as decimal pesos with two decimals. */
export function decimalFromCentavos(amountCentavos: bigint): string {
  return decimalFromBaseUnits(amountCentavos * BASE_UNITS_PER_CENTAVO);
}

/**
 * The JSON number of an amount. /mint_platform answers numbers, not strings; JSON prints a double of up to 15 digits back
 * as it was written, and every calculation of ours stays in bigint.
 */
export function jsonNumber(amountBaseUnits: bigint): number {
  return Number(decimalFromBaseUnits(amountBaseUnits));
}
