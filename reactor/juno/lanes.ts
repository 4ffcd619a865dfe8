import pLimit, { type LimitFunction } from "p-limit";
import type { JunoClient, Lane } from "./client.ts";

// The account's budget is 300 calls a minute: at 200 ms a call, one in flight on average. Four bear a slow moment; more would only
// make nonces arrive out of order. Money has its own lane, so that a slow list never stands before a payout.
const inFlight: Record<Lane, number> = { money: 4, read: 4 };

const lanesOf = new WeakMap<JunoClient, Record<Lane, LimitFunction>>();

/** Runs a call when its lane has room. Lanes belong to the client object: keep one per account. */
export function inLane<T>(client: JunoClient, lane: Lane, call: () => Promise<T>): Promise<T> {
  const lanes = lanesOf.get(client) ?? { money: pLimit(inFlight.money), read: pLimit(inFlight.read) };
  lanesOf.set(client, lanes);
  return lanes[lane](call);
}
