import type { SendAction } from "../payments/table.ts";
import type { Place } from "../store/schema/books.ts";

/** Between which places an action moves the leg's amount; null for one that moves none. */
export const movements: Readonly<Record<SendAction, Readonly<{ from: Place; to: Place }> | null>> = {
  withdraw: { from: "juno", to: "bridge" },
  createEscrow: { from: "bridge", to: "escrow" },
  fundEscrow: { from: "bridge", to: "escrow" },
  release: { from: "escrow", to: "bridge" },
  resolveForBuyer: { from: "escrow", to: "bridge" },
  returnToJuno: { from: "bridge", to: "juno" },
  redeem: { from: "juno", to: "beneficiary" },
  registerAccount: null,
  dispute: null,
  resolveForSeller: null,
};

/** From where money has come that is a leg's by this outcome, unless it waited in suspense for its owner. */
export const arrivals: Readonly<Record<string, Place>> = { issued: "buyer", came_back: "beneficiary" };

/** What an outcome proves of the movement that its leg had reserved. An outcome that is not here leaves it pending. */
export const settlements: Readonly<Record<string, "posted" | "voided">> = {
  bridged: "posted",
  created_and_funded: "posted",
  funded: "posted",
  released: "posted",
  cancelled: "posted",
  returned: "posted",
  paid: "posted",
  // The contract of two steps recorded the escrow and moved nothing: `fundEscrow` reserves the movement again.
  created_only: "voided",
  refused: "voided",
  reverted: "voided",
  refund_claimed: "voided",
  failed_too_often: "voided",
};
