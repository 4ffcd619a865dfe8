import type { StoredEvent } from "../store/appendEvent.ts";
import { type ClaimedDelivery, claimDelivery } from "../store/claimDelivery.ts";
import type { Database } from "../store/database.ts";
import { releaseDelivery, saveDelivery, type Tried } from "../store/saveDelivery.ts";
import { messageOf } from "./messageOf.ts";
import { type Outside, postOnce } from "./postOnce.ts";
import { retryInMs } from "./retries.ts";
import { sign } from "./sign.ts";

/** What deliveries are made with. The world, the clock and chance are given. */
export type Deliverer = Readonly<{
  /** A pool of its own: many busy endpoints must not take the connections that money needs. */
  db: Database;
  installationId: string;
  outside: Outside;
  retryAfterMs: readonly number[];
  nowMs: () => number;
  random: () => number;
  /** Shown at the console: an endpoint was disabled. */
  show: (event: StoredEvent) => void;
}>;

/**
 * Sends the next due delivery of an endpoint and saves what came of it.
 * @returns false when there was none to send.
 * @throws the signal's reason when it stops a try; the delivery is given back then.
 */
export async function deliverNext(deliverer: Deliverer, endpointId: number, stop: AbortSignal): Promise<boolean> {
  const claimed = await claimDelivery(deliverer.db, endpointId);
  if (claimed === null) return false;
  const tried = await tryOnce(deliverer, claimed, stop).catch(async (error: unknown) => {
    await releaseDelivery(deliverer.db, claimed);
    throw error;
  });
  const events = await deliverer.db.transaction((tx) => saveDelivery(tx, claimed, tried));
  for (const event of events) deliverer.show(event);
  return true;
}

async function tryOnce(deliverer: Deliverer, claimed: ClaimedDelivery, stop: AbortSignal): Promise<Tried> {
  const message = messageOf(claimed.event, deliverer.installationId);
  const headers = sign(message, claimed.secrets, deliverer.nowMs());
  const answer = await postOnce({ url: claimed.url, headers, body: message.body }, deliverer.outside, stop);
  const { status } = answer;
  if (status !== null && status >= 200 && status < 300) return { accepted: true, status };
  return {
    accepted: false,
    status,
    error: "error" in answer ? answer.error : `respondió ${status}`,
    retryInMs: retryInMs(deliverer.retryAfterMs, claimed.attempts + 1, deliverer.random()),
  };
}
