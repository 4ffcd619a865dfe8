const BASE_UNITS_PER_CENTAVO = 10_000n;

/** MXNB base units as people write pesos: `$1,500.00`. A fraction of a centavo is cut. */
export function inPesos(amountBaseUnits: bigint): string {
  const centavos = amountBaseUnits / BASE_UNITS_PER_CENTAVO;
  return `$${(centavos / 100n).toLocaleString("en-US")}.${String(centavos % 100n).padStart(2, "0")}`;
}
