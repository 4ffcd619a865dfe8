import type { HeadPolicy } from "./chain/headPolicy.ts";
import type { Signer } from "./chain/signer.ts";
import type { World } from "./effects/order.ts";
import type { PayerPolicy } from "./payments/holdOtherPayers.ts";
import type { StoredEvent } from "./store/appendEvent.ts";
import type { FactsContext } from "./store/factsOf.ts";
import type { Identity } from "./store/identity.ts";
import type { Store } from "./store/port.ts";

/** What a person at the console reads. Each line is whole; nothing secret or personal is in it. */
export type Console = Readonly<{
  say(line: string): void;
  event(event: StoredEvent): void;
  /** An order was answered. For who follows one effect through the records of several machines. */
  order(sent: SentOrder): void;
  /** @param leg on which it failed, if it was one. */
  failed(doing: string, error: unknown, leg?: Readonly<{ id: number; paymentId: number }>): void;
}>;

export type SentOrder = Readonly<{
  /** Null where only the leg is at hand, which has one payment. */
  paymentId: number | null;
  /** Null for the standing allowance, which belongs to no leg. */
  legId: number | null;
  /** The bank's idempotency key, or the transaction's hash. */
  effectId: string;
  action: string;
  outcome: "done" | "refused" | "unknown";
}>;

/** One running reactor: what every part of it is given. Nothing here is found by import. */
export type Reactor = Readonly<{
  store: Store;
  identity: Identity;
  world: World;
  signer: Signer;
  headPolicy: HeadPolicy;
  facts: Omit<FactsContext, "holder">;
  /** Aborted when this reactor is told to end: what has not left by then does not leave any more. */
  stopping: AbortSignal;
  installationId: string;
  console: Console;
  limits: Limits;
  /** What becomes of deposits that were paid in another name than the buyer's. */
  payerPolicy: PayerPolicy;
  /** It decides and prints, and sends nothing, to bank or chain. */
  shadow: boolean;
  /**
   * Told when an order passes one of the points at which a crash could lose or repeat it; the certificate kills there.
   * The standing allowance belongs to no leg.
   */
  passing: (point: CrashPoint, action: string, legId: number | null) => Promise<void>;
  /** A monotonic clock, ms: for ages within this process, which no change of the wall clock may touch. */
  monotonicMs: () => number;
  sleep: (ms: number) => Promise<void>;
}>;

/** Where a process can die between deciding on an order and having its answer stored. */
export const CRASH_POINTS = ["before_intent", "after_intent", "before_reply", "after_reply", "after_commit"] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

export type Limits = Readonly<{
  /** Legs in one batch. */
  batch: number;
  /** Calls at once to the bank, and to the chain's node. */
  bankCalls: number;
  chainCalls: number;
  /** Nonces on their way at once: a stuck one holds up those behind it (DESIGN 7). */
  inFlight: number;
  /** The highest price of gas that is ever offered, wei. */
  gasPriceCapWei: bigint;
  /** Shortest time between two readings of the bank, ms. */
  bankFloorMs: number;
}>;
