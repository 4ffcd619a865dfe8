import type { Account } from "../../store/schema/books.ts";

/** Where money is that is kept for others, in the order in which it passes; every other account of the books is outside. */
export const HELD_PLACES = ["suspense", "juno", "bridge", "escrow", "in_transit"] as const satisfies readonly Account[];
export type HeldPlace = (typeof HELD_PLACES)[number];
