import type { JunoClient, Send } from "../reactor/juno/client.ts";

/**
 * The bank's client of a bench whose bank, if it has any, is in its own process. The bank's limit of calls is printed beside the
 * figures and is not what is measured: it holds nobody up.
 */
export function bankInProcess(send: Send): JunoClient {
  let nonce = 0n;
  return {
    ...{ baseUrl: "https://bank.invalid", apiKey: "bench", apiSecret: "bench", timeoutMs: 10_000, now: Date.now, send },
    nextNonce: async () => ++nonce,
    takePlace: () => Promise.resolve(),
    onThrottled: () => Promise.resolve(),
  };
}
