import type { Matching } from "./matchDeposits.ts";
import { type PayerReading, readPayer } from "./readPayer.ts";

/** What happens to a deposit that was paid in another name than the buyer's: it is taken, or a person decides. */
export const PAYER_POLICIES = ["accept", "hold"] as const;
export type PayerPolicy = (typeof PAYER_POLICIES)[number];

/** Whose money it is by name, and who waits for it. */
type Names = Readonly<{
  buyerOf: (legId: number) => string | null;
  payerOf: (id: string) => string | null;
}>;

/**
 * Takes from a matching what the policy leaves to a person: money of another name, or of a name that the bank did not tell.
 * Pure. What it takes is held for the very leg that would have had it.
 */
export function holdOtherPayers(matching: Matching, policy: PayerPolicy, { buyerOf, payerOf }: Names): Matching {
  if (policy === "accept") return matching;
  const readingOf = ({ legId, id }: Matching["assigned"][number]) => readPayer(payerOf(id), buyerOf(legId) ?? "");
  const readings = matching.assigned.map((one) => ({ ...one, reading: readingOf(one) }));
  const held = readings.flatMap(({ legId, id, reading }) =>
    reading === "buyer" ? [] : [{ id, legIds: [legId], why: HELD_AS[reading] }],
  );
  const assigned = readings.flatMap(({ legId, id, reading }) => (reading === "buyer" ? [{ legId, id }] : []));
  return { ...matching, assigned, held: [...matching.held, ...held] };
}

const HELD_AS: Readonly<Record<Exclude<PayerReading, "buyer">, "other_payer" | "untold_payer">> = {
  another: "other_payer",
  untold: "untold_payer",
};
