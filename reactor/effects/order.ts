import type { ChainCall } from "../chain/calls.ts";
import type { ChainClient } from "../chain/client.ts";
import type { Fees } from "../chain/fees.ts";
import type { JunoClient } from "../juno/client.ts";
import type { Reason } from "../payments/leg.ts";

/** The two outside parties that effects speak to. */
export type World = Readonly<{ juno: JunoClient; chain: ChainClient }>;

/** One order, frozen before it leaves: all that its performer may use. */
export type Order = Readonly<{
  /** The idempotency key, stored with the intent (DESIGN 6). */
  key: string;
  amountCentavos: bigint;
  /** What the chain shows of us in place of anything personal; also what a release checks before it acts. */
  paymentReference: string;
  /** Keyed hash of the payout account: proves the account to who knows the salt, tells nothing to anybody else. */
  clabeReference: string;
  custodyEndMs: number;
  /** The database's clock at the claim, unix ms. */
  nowMs: number;
  /** To which a payout's payee is paid. */
  account: Readonly<{ legalName: string; clabe: string }> | null;
  escrowId: string | null;
  bankAccountId: string | null;
}>;

type Evidence = Readonly<Record<string, unknown>>;

export type Refused = Readonly<{
  outcome: "refused";
  /** `never`: a definite no, if it answers the sole attempt. `not_now`: the same key may be sent again later. */
  when: "never" | "not_now";
  reason: string;
  message: string;
  evidence: Evidence;
}>;
/** `reason`: the class of the silence, as the bank's client names it. */
export type Unknown = Readonly<{ outcome: "unknown"; reason: string; message: string; evidence: Evidence }>;

/** What the bank answered. `done` means accepted under that id, not finished. */
export type BankOutcome = Readonly<{ outcome: "done"; outsideId: string; evidence: Evidence }> | Refused | Unknown;

/** A chain call that would succeed now, ready for a nonce; or why not. Nothing has left yet. */
export type Prepared =
  | Readonly<{ outcome: "done"; call: ChainCall; gas: bigint; fees: Fees }>
  | Refused
  | Readonly<{ outcome: "unknown"; message: string; reason: Reason; evidence: Evidence }>;

export type BankPerformer = (world: World, order: Order) => Promise<BankOutcome>;
export type ChainPerformer = (world: World, order: Order) => Promise<Prepared>;
