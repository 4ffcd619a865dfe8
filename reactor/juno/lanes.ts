import pLimit, { type LimitFunction } from "p-limit";
import type { JunoClient } from "./client.ts";

const lanes = new WeakMap<JunoClient["nextNonce"], LimitFunction>();

/**
 * Runs a call when the one before it has ended. One at a time, because the bank refuses a nonce that arrives after a higher
 * one (juno-api.md 1), and its 300 calls a minute are what one at a time makes anyway. The lane belongs to the source
 * of the nonces that it keeps in order: keep one per account.
 */
export function inLane<T>(client: JunoClient, call: () => Promise<T>): Promise<T> {
  const lane = lanes.get(client.nextNonce) ?? pLimit(1);
  lanes.set(client.nextNonce, lane);
  return lane(call);
}
