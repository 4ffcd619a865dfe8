import { SMALLEST_CENTAVOS } from "./money.ts";
import type { Payee, PayoutSource } from "./payee.ts";

/** What a deposit is agreed to be for, beside the seller's. Centavos. */
export type Agreed = Readonly<{
  amountCentavos: bigint;
  /** The part that is held; null: all that is not paid on at once. */
  custodyCentavos: bigint | null;
  commissions: readonly Readonly<{
    payee: Exclude<Payee, "seller" | "buyer">;
    source: PayoutSource;
    amountCentavos: bigint;
  }>[];
}>;

/** One payout of it; `commission` is its place among those that were agreed, null for the seller's. */
export type AgreedPart = Readonly<{
  payee: Exclude<Payee, "buyer">;
  source: PayoutSource;
  amountCentavos: bigint;
  commission: number | null;
}>;

export type Split =
  | Readonly<{ ok: true; parts: readonly AgreedPart[] }>
  /** The parts are more than the whole that they are of. */
  | Readonly<{ ok: false; problem: "parts_exceed_whole"; sumCentavos: bigint; wholeCentavos: bigint }>
  /** What is left for the seller is less than the bank redeems. */
  | Readonly<{ ok: false; problem: "part_too_small"; partCentavos: bigint }>;

/**
 * Divides a deposit to the centavo: what is held, and what is paid on at once. Of each the commissions go off, and the rest is
 * the seller's. Pure.
 */
export function splitAmount({ amountCentavos, custodyCentavos, commissions }: Agreed): Split {
  const sumOf = (source: PayoutSource) =>
    commissions.reduce((sum, one) => (one.source === source ? sum + one.amountCentavos : sum), 0n);
  const held = custodyCentavos ?? amountCentavos - sumOf("deposit");
  const sellers = { custody: held - sumOf("custody"), deposit: amountCentavos - held - sumOf("deposit") };
  if (held < 0n || sellers.deposit < 0n) {
    const sumCentavos = (custodyCentavos ?? 0n) + sumOf("deposit");
    return { ok: false, problem: "parts_exceed_whole", sumCentavos, wholeCentavos: amountCentavos };
  }
  if (sellers.custody < 0n) {
    return { ok: false, problem: "parts_exceed_whole", sumCentavos: sumOf("custody"), wholeCentavos: held };
  }
  const isTooSmall = (centavos: bigint) => centavos > 0n && centavos < SMALLEST_CENTAVOS;
  const small = [sellers.custody, sellers.deposit].find(isTooSmall);
  if (small !== undefined) return { ok: false, problem: "part_too_small", partCentavos: small };
  if (sellers.custody + sellers.deposit === 0n) return { ok: false, problem: "part_too_small", partCentavos: 0n };
  const ofSeller = (["custody", "deposit"] as const).flatMap((source): AgreedPart[] =>
    sellers[source] === 0n ? [] : [{ payee: "seller", source, amountCentavos: sellers[source], commission: null }],
  );
  return { ok: true, parts: [...ofSeller, ...commissions.map((one, commission) => ({ ...one, commission }))] };
}
