import { setTimeout as sleep } from "node:timers/promises";
import { endpointsWithWork } from "../store/claimDelivery.ts";
import { type Deliverer, deliverNext } from "./deliver.ts";

/** Deliveries at once to one endpoint, each of another payment. An endpoint waits for its own four and for nobody else's. */
const AT_ONCE = 4;
const LOOK_EVERY_MS = 500;

/**
 * Delivers events until it is stopped. Each endpoint that has something to be sent gets workers of its own, which end when
 * nothing is left; several reactors share the work by leases.
 * @param failed told of a throw; the next look goes on.
 * @returns what stops it; tries that are on their way are broken off, and made again by whoever runs next.
 */
export function runDeliveries(
  deliverer: Deliverer,
  failed: (doing: string, error: unknown) => void,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const workers = new Set<Promise<void>>();
  const busy = new Map<number, number>();

  const work = async (endpointId: number) => {
    busy.set(endpointId, (busy.get(endpointId) ?? 0) + 1);
    try {
      while (!signal.aborted && (await deliverNext(deliverer, endpointId, signal)));
    } catch (error) {
      if (!signal.aborted) failed(`webhook ${endpointId}`, error);
    } finally {
      busy.set(endpointId, (busy.get(endpointId) ?? 0) - 1);
    }
  };
  const serve = (endpointId: number) => {
    for (let free = AT_ONCE - (busy.get(endpointId) ?? 0); free > 0; free--) {
      const worker = work(endpointId).finally(() => workers.delete(worker));
      workers.add(worker);
    }
  };
  const look = async () => {
    while (!signal.aborted) {
      try {
        for (const id of await endpointsWithWork(deliverer.db)) serve(id);
      } catch (error) {
        failed("webhooks", error);
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  };

  const looking = look();
  return async () => {
    stopping.abort();
    await looking;
    await Promise.all(workers);
  };
}
