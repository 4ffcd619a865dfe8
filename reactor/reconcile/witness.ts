import type { OpenOrder } from "../payments/unexplainedDebits.ts";
import type { witness } from "../store/schema/index.ts";

/** What the outside shows of one movement, and whose it is. Addresses and hashes in lower case. */
export type Witness = typeof witness.$inferSelect;

/** A witness as it was read, before anybody has said whose it is. */
export type BareWitness = Omit<Witness, "legId" | "ours">;

/** What our orders and claims name outside. No state and no amount of ours is in it. */
export type Names = Readonly<{
  /** The bank's transactions: those that our orders were answered with, and those that our legs claim. */
  bank: ReadonlyMap<string, number>;
  /** Hashes of our own transactions; null for the standing allowance's, which belong to no leg. */
  hashes: ReadonlyMap<string, number | null>;
  /** Escrows that our own transactions made, by `escrowKey`. */
  escrows: ReadonlyMap<string, number>;
}>;

/** The addresses of all lanes, lower case. */
export type Places = Readonly<{ bridges: readonly string[]; escrows: readonly string[]; junoWallet: string }>;

/** A leg of a payment order, and what it was ordered for. */
export type OrderedLeg = Readonly<{
  id: number;
  paymentId: number;
  kind: "deposit" | "custody" | "payout";
  amountCentavos: bigint;
}>;

/** Where money can be, in the words of both the outside and our books. */
export type Place = "buyer" | "juno" | "bridge" | "escrow" | "beneficiary";

/** What our books have come to a place (above zero) or leave it; `pending` while it is ordered and not proven. */
export type BookEntry = Readonly<{ legId: number; place: Place; centavos: bigint; pending: boolean; atMs: number }>;

/** All that a comparison is made of. */
export type ThreeBooks = Readonly<{
  places: Places;
  /** Everything of the legs that are looked at, everything that is not ours, and whatever shares a transaction with it. */
  witnesses: readonly Witness[];
  legs: readonly OrderedLeg[];
  entries: readonly BookEntry[];
  /** Orders to the bank whose outcome nobody knows yet: each explains one debit like it. */
  openOrders: readonly OpenOrder[];
  /** Issuances that came into our books as nobody's, and with how many centavos. */
  suspended: ReadonlyMap<string, bigint>;
}>;
