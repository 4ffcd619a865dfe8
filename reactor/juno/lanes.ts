import pLimit, { type LimitFunction } from "p-limit";
import type { JunoClient, Lane } from "./client.ts";

type Lanes = Readonly<{ all: LimitFunction; reads: LimitFunction }>;

const lanesOf = new WeakMap<JunoClient["nextNonce"], Lanes>();

/**
 * Runs a call when the one before it has ended. One at a time, because the bank refuses a nonce that arrives after a higher
 * one (juno-api.md 1), and its 300 calls a minute are what one at a time makes anyway. Reads queue among themselves first,
 * so that money never waits for more than the one that is out. The lane belongs to the source of the nonces that it keeps
 * in order: keep one per account.
 */
export function inLane<T>(client: JunoClient, lane: Lane, call: () => Promise<T>): Promise<T> {
  const lanes = lanesOf.get(client.nextNonce) ?? { all: pLimit(1), reads: pLimit(1) };
  lanesOf.set(client.nextNonce, lanes);
  return lane === "money" ? lanes.all(call) : lanes.reads(() => lanes.all(call));
}
