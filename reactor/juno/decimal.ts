const decimal = /^(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,2}))?$/;

/**
 * A decimal text as whole units of 10^-decimals: ("12.5", 2) is 1250n. Undefined when the text is negative, not a decimal, or
 * finer than a unit: the bank's money is never rounded. Exponents are read, because Java writes 1E+3.
 */
export function decimalToUnits(text: string, decimals: number): bigint | undefined {
  const match = decimal.exec(text);
  if (match === null) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(whole + fraction);
  const shift = decimals - fraction.length + Number(exponent);
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return digits % divisor === 0n ? digits / divisor : undefined;
}

/**
 * Centavos as the shortest decimal of pesos: 1250n is "12.5". The shortest, because that is what every client seen working on
 * stage sent (JavaScript's own number text). Two decimals at most: stage refuses a third (SEYF-P 996f204).
 */
export function centavosToDecimal(amountCentavos: bigint): string {
  const pesos = amountCentavos / 100n;
  const centavos = (amountCentavos % 100n).toString().padStart(2, "0").replace(/0+$/, "");
  return centavos === "" ? `${pesos}` : `${pesos}.${centavos}`;
}
