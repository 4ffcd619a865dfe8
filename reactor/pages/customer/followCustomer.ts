import { setTimeout as sleep } from "node:timers/promises";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { Problem } from "../../http/Problem.ts";
import { hashLink } from "../../store/linkText.ts";
import { findLink } from "../../store/paymentLinks.ts";
import { newestOfTypes } from "../../store/readEvents.ts";
import type { Site, SitePorts } from "../site.ts";
import { findShownPayment } from "./findShownPayment.ts";
import { TOLD_TYPES } from "./milestones.ts";

/** Each is a connection and two short queries a look. */
const MOST_LISTENERS = 200;
const LOOK_EVERY_MS = 1_000;
/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** Then it ends, and is opened anew by the page as long as its link opens it. */
const LONGEST_MS = 5 * 60_000;

/**
 * Tells an open customer's page that there is something new to see of its payment, and not what: the page is then asked for
 * again. Only what customers are told counts, and a link that is revoked hears nothing more.
 */
export function followCustomer(site: Site, { db, closing, failed }: SitePorts): void {
  let listeners = 0;
  site.get("/seguimiento/:token/vivo", async (c) => {
    const token = c.req.param("token");
    const { paymentId } = await findShownPayment(db, token);
    if (listeners >= MOST_LISTENERS) {
      throw new Problem("too_many_listeners", { facts: { maximum: String(MOST_LISTENERS) } });
    }
    listeners++;
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const over = AbortSignal.any([gone.signal, closing, AbortSignal.timeout(LONGEST_MS)]);
      // What is thrown here would be told to the listener in its own words.
      await tell({ db, token, paymentId }, stream, over)
        .catch((error: unknown) => failed("seguimiento en vivo", error))
        .finally(() => listeners--);
    });
  });
}

type Followed = Readonly<{ db: SitePorts["db"]; token: string; paymentId: number }>;

async function tell({ db, token, paymentId }: Followed, stream: SSEStreamingApi, over: AbortSignal): Promise<void> {
  let known = await newestOfTypes(db, paymentId, TOLD_TYPES);
  let saidAtMs = performance.now();
  await stream.write(": oye\n\n");
  while (!over.aborted) {
    await sleep(LOOK_EVERY_MS, undefined, { signal: over }).catch((error: unknown) => {
      if (!over.aborted) throw error;
    });
    if ((await findLink(db, hashLink(token))) === null) return;
    const newest = await newestOfTypes(db, paymentId, TOLD_TYPES);
    if (newest === known && performance.now() - saidAtMs < HEARTBEAT_MS) continue;
    if (newest === known) await stream.write(": oye\n\n");
    else await stream.writeSSE({ data: "cambio" });
    known = newest;
    saidAtMs = performance.now();
  }
}
