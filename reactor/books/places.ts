import type { Leg } from "../payments/leg.ts";
import type { Payee } from "../payments/payee.ts";
import type { SendAction } from "../payments/table.ts";
import type { Place } from "../store/schema/books.ts";

type Way = Readonly<{ from: Place; to: Place }>;

/** Where each payee's money stands once it is paid. */
const PAID: Readonly<Record<Payee, Place>> = {
  seller: "beneficiary",
  buyer: "returns",
  platform: "fees",
  broker: "fees",
};

const movements: Readonly<Record<SendAction, Way | null>> = {
  withdraw: { from: "juno", to: "bridge" },
  createEscrow: { from: "bridge", to: "escrow" },
  fundEscrow: { from: "bridge", to: "escrow" },
  release: { from: "escrow", to: "bridge" },
  resolveForBuyer: { from: "escrow", to: "bridge" },
  returnToJuno: { from: "bridge", to: "juno" },
  redeem: { from: "juno", to: PAID.seller },
  registerAccount: null,
  dispute: null,
  resolveForSeller: null,
};

/** Between which places an action moves the leg's amount; null for one that moves none. */
export function movementOf(action: SendAction, { payee }: Pick<Leg, "payee">): Way | null {
  const way = movements[action];
  return way !== null && action === "redeem" && payee !== null ? { ...way, to: PAID[payee] } : way;
}

/**
 * From where money has come that is a leg's by this outcome, unless it waited in suspense for its owner; null for an outcome
 * by which none comes.
 */
export function arrivalOf(outcome: string, { payee }: Pick<Leg, "payee">): Place | null {
  if (outcome === "issued") return "buyer";
  return outcome === "came_back" && payee !== null ? PAID[payee] : null;
}

/**
 * What moves by an outcome that nobody ordered; null for one by which nothing does. What the bank gives back after it has
 * issued it gives out of its own: the MXNB stay where they are, and it is the company that owes them once it covers them.
 */
export const unorderedMovementOf = (outcome: string): Way | null =>
  outcome === "covered" ? { from: "company", to: "returns" } : null;

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
