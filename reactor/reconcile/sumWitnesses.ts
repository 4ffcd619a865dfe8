import type { BareWitness, Places } from "./witness.ts";

/** Base units by place of ours. */
export type PlaceSums = Readonly<Record<"juno" | "bridge" | "escrow", bigint>>;

export const NOTHING: PlaceSums = { juno: 0n, bridge: 0n, escrow: 0n };

/**
 * What a movement outside adds to each place, base units. A debit is taken when the bank accepts it and stays taken when it
 * fails: what comes back is a movement of its own.
 */
export function effectOf(witness: BareWitness, { bridges, escrows }: Places): PlaceSums {
  const amount = witness.amountBaseUnits ?? 0n;
  if (witness.side === "bank") return { ...NOTHING, juno: amount * atJuno(witness) };
  if (witness.kind !== "Transfer") return NOTHING;
  const isAt = (address: string | null, place: readonly string[]) => address !== null && place.includes(address);
  const at = (place: readonly string[]) =>
    (isAt(witness.to, place) ? amount : 0n) - (isAt(witness.from, place) ? amount : 0n);
  return { juno: 0n, bridge: at(bridges), escrow: at(escrows) };
}

function atJuno({ kind, status }: BareWitness): 1n | 0n | -1n {
  switch (kind) {
    case "ISSUANCE":
    case "CRYPTO_DEPOSIT":
    case "REFUND":
      return status === "COMPLETE" ? 1n : 0n;
    case "CRYPTO_WITHDRAWAL":
    case "REDEMPTION":
      return -1n;
    default:
      return 0n;
  }
}

export function sumWitnesses(witnesses: readonly BareWitness[], places: Places): PlaceSums {
  return witnesses.map((one) => effectOf(one, places)).reduce(add, NOTHING);
}

export const add = (one: PlaceSums, other: PlaceSums): PlaceSums => combine(one, other, (a, b) => a + b);
export const subtract = (one: PlaceSums, other: PlaceSums): PlaceSums => combine(one, other, (a, b) => a - b);

function combine(one: PlaceSums, other: PlaceSums, by: (a: bigint, b: bigint) => bigint): PlaceSums {
  return {
    juno: by(one.juno, other.juno),
    bridge: by(one.bridge, other.bridge),
    escrow: by(one.escrow, other.escrow),
  };
}
