import type { LegKind } from "../../reactor/payments/leg.ts";
import type { EscrowShape } from "../stack/deployContracts.ts";
import type { CertifiedAction } from "./cells.ts";

/** Who is called: each rail has its own faults, and its own cells that cannot exist. */
export type Rail = "bank" | "chain" | "allowance";

/**
 * Where a payment waits until its cell's turn. `unpaid`: its deposit has not come. `active` and `ready`: held by an operator
 * in custody, or before its payout. `disputed`: for a ruling.
 */
export type Gate = "unpaid" | "active" | "disputed" | "ready";

export type Plan = Readonly<{
  rail: Rail;
  /** Which of the two contracts it is tried on. */
  shape: EscrowShape;
  leg: LegKind;
  gate: Gate;
  /** A person's decision that opens the gate. */
  ruling?: "dispute" | "seller" | "buyer";
  /** The bank's endpoint, or the contract's function. */
  call: string;
  /** The words in which the contract refuses the call for now. */
  refusal?: string;
}>;

const TOKEN_PAUSED = "Pausable: paused";
const NOT_BRIDGE = "Not bridge wallet";

/** How each action is reached and made to fail. An action without its plan does not compile. */
export const plans: Readonly<Record<CertifiedAction, Plan>> = {
  withdraw: {
    ...{ rail: "bank", shape: "one-step", leg: "custody", gate: "unpaid" },
    call: "POST /mint_platform/v1/withdrawals",
  },
  registerAccount: {
    ...{ rail: "bank", shape: "two-step", leg: "payout", gate: "active" },
    call: "POST /mint_platform/v1/accounts/banks",
  },
  redeem: {
    ...{ rail: "bank", shape: "one-step", leg: "payout", gate: "ready" },
    call: "POST /mint_platform/v1/redemptions",
  },
  createEscrow: {
    ...{ rail: "chain", shape: "one-step", leg: "custody", gate: "unpaid" },
    ...{ call: "createEscrow", refusal: TOKEN_PAUSED },
  },
  fundEscrow: {
    ...{ rail: "chain", shape: "two-step", leg: "custody", gate: "unpaid" },
    ...{ call: "fundEscrow", refusal: TOKEN_PAUSED },
  },
  release: {
    ...{ rail: "chain", shape: "one-step", leg: "custody", gate: "active" },
    ...{ call: "release", refusal: TOKEN_PAUSED },
  },
  dispute: {
    ...{ rail: "chain", shape: "two-step", leg: "custody", gate: "active", ruling: "dispute" },
    ...{ call: "dispute", refusal: NOT_BRIDGE },
  },
  resolveForSeller: {
    ...{ rail: "chain", shape: "two-step", leg: "custody", gate: "disputed", ruling: "seller" },
    ...{ call: "resolveDispute", refusal: NOT_BRIDGE },
  },
  resolveForBuyer: {
    ...{ rail: "chain", shape: "two-step", leg: "custody", gate: "disputed", ruling: "buyer" },
    ...{ call: "resolveDispute", refusal: TOKEN_PAUSED },
  },
  returnToJuno: {
    ...{ rail: "chain", shape: "one-step", leg: "custody", gate: "active" },
    ...{ call: "transfer", refusal: TOKEN_PAUSED },
  },
  approve: {
    ...{ rail: "allowance", shape: "one-step", leg: "custody", gate: "unpaid" },
    ...{ call: "approve" },
  },
};
