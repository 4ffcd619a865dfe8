import { BASE_UNITS_PER_CENTAVO } from "../payments/money.ts";
import type { BookEntry, OrderedLeg, Place, Places, Witness } from "./witness.ts";

/** What came to a place of a leg, or left it, as one side tells it. */
export type Tally = Readonly<{ baseUnits: bigint; times: number; youngestMs: number }>;

/** By `place in` and `place out`. Both directions, since what a place has passed on adds up to nothing. */
export type Flows = ReadonlyMap<string, Tally>;

const NONE: Tally = { baseUnits: 0n, times: 0, youngestMs: 0 };
export const tallyOf = (flows: Flows, key: string): Tally => flows.get(key) ?? NONE;

type Flow = Readonly<{ key: string; baseUnits: bigint; atMs: number }>;

function tally(flows: readonly Flow[]): Flows {
  const sums = new Map<string, Tally>();
  for (const { key, baseUnits, atMs } of flows) {
    const sum = tallyOf(sums, key);
    sums.set(key, {
      baseUnits: sum.baseUnits + baseUnits,
      times: sum.times + 1,
      youngestMs: Math.max(sum.youngestMs, atMs),
    });
  }
  return sums;
}

/** What our books say of one leg. */
export const flowsOfBooks = (entries: readonly BookEntry[]): Flows =>
  tally(
    entries.map(({ place, centavos, atMs }) => {
      const baseUnits = centavos * BASE_UNITS_PER_CENTAVO;
      return centavos < 0n
        ? { key: `${place} out`, baseUnits: -baseUnits, atMs }
        : { key: `${place} in`, baseUnits, atMs };
    }),
  );

/**
 * What bank and chain say of one leg: each tells its own places only, so that a place is wrong where its own witness is
 * missing. @param witnesses the leg's, ordered or claimed by us.
 */
export const flowsOutside = (leg: OrderedLeg, witnesses: readonly Witness[], places: Places): Flows =>
  tally(
    witnesses.flatMap((witness) => {
      const { amountBaseUnits, changedAtMs: atMs } = witness;
      if (amountBaseUnits === null) return [];
      return keysOf(leg, witness, places).map((key) => ({ key, baseUnits: amountBaseUnits, atMs }));
    }),
  );

function keysOf(leg: OrderedLeg, { side, kind, status, from, to }: Witness, places: Places): readonly string[] {
  if (side === "chain") return kind === "Transfer" ? keysOfTransfer(placeAt(from, places), placeAt(to, places)) : [];
  if (status !== "COMPLETE") return [];
  switch (kind) {
    case "ISSUANCE":
      // To a payout it is its own SPEI, sent back by the receiving bank.
      return [leg.kind === "payout" ? "beneficiary out" : "buyer out", "juno in"];
    case "CRYPTO_WITHDRAWAL":
      return ["juno out"];
    case "CRYPTO_DEPOSIT":
      return ["juno in"];
    case "REDEMPTION":
      return ["juno out", "beneficiary in"];
    default:
      return [];
  }
}

function keysOfTransfer(from: Place | null, to: Place | null): readonly string[] {
  // Where the contract pays the bank by itself our books say that it went by the bridge.
  if (from === "escrow" && to === "juno") return ["escrow out", "bridge in", "bridge out"];
  // What the bank's wallet holds, the bank tells.
  const keys = [from && `${from} out`, to && `${to} in`];
  return keys.flatMap((key) => (key && !key.startsWith("juno") ? [key] : []));
}

export function placeAt(address: string | null, { bridges, escrows, junoWallet }: Places): Place | null {
  if (address === null) return null;
  if (bridges.includes(address)) return "bridge";
  if (escrows.includes(address)) return "escrow";
  return address === junoWallet ? "juno" : null;
}
