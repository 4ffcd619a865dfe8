import { connected } from "./connected.ts";
import type { Split } from "./overdrawn.ts";

const BASE_UNITS_PER_CENTAVO = 10_000n;

/**
 * What payments were agreed to be paid out in parts. No outside list has it, so it is read from us: but it is what was
 * written down when a payment was made, which nothing changes, and it explains an exit only where the bank shows that its
 * whole came in.
 */
export async function readSplits(databaseUrl: string): Promise<readonly Split[]> {
  const { rows } = await connected(databaseUrl, (client) =>
    client.query<{ whole: string; parts: readonly string[] }>(
      "select whole_centavos::text as whole, parts_centavos::text[] as parts from kustodia.agreed_split",
    ),
  );
  const inBaseUnits = (centavos: string) => BigInt(centavos) * BASE_UNITS_PER_CENTAVO;
  return rows.map(({ whole, parts }) => ({
    wholeBaseUnits: inBaseUnits(whole),
    partsBaseUnits: parts.map(inBaseUnits),
  }));
}
