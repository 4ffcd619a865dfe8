import pRetry from "p-retry";
import type { WebhookRegistration } from "../books/records.ts";

/** Documented: a callback has five seconds. */
const TIMEOUT_MS = 5_000;

/** GUESS: how often the bank tries again; its schedule is not public. */
const RETRIES = 3;

export type Delivery = {
  /** Posts to every registered URL. Never throws: what was given up is counted. */
  deliver(event: string): Promise<void>;
  /** Events given up after the last retry. */
  givenUp(): number;
};

/** Posts events unsigned: how Juno signs them, if it does, is in no documentation, and a made-up signature would prove nothing. */
export function createDelivery(
  registrations: () => readonly WebhookRegistration[],
  retryMs: number,
  signal: AbortSignal,
): Delivery {
  let givenUp = 0;

  async function post(url: string, body: string): Promise<void> {
    const reply = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await reply.body?.cancel();
    if (!reply.ok) throw new Error(`${url} answered ${reply.status}`);
  }

  return {
    givenUp: () => givenUp,
    async deliver(event) {
      const posts = registrations().map(({ callbackUrl }) =>
        pRetry(() => post(callbackUrl, event), { retries: RETRIES, minTimeout: retryMs, signal }),
      );
      const results = await Promise.allSettled(posts);
      givenUp += results.filter(({ status }) => status === "rejected").length;
    },
  };
}
