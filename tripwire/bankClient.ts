import { setTimeout as sleep } from "node:timers/promises";
import type { JunoClient } from "../reactor/juno/client.ts";

/**
 * A client for a key that this process alone uses: it only reads, so its nonce and its lockout need no row in Postgres. A
 * call that would move money is refused before it leaves.
 */
export function bankClient(bank: Pick<JunoClient, "baseUrl" | "apiKey" | "apiSecret">, timeoutMs: number): JunoClient {
  let lastNonce = 0n;
  let lockedUntilMs = 0;
  return {
    ...bank,
    timeoutMs,
    now: Date.now,
    nextNonce: async () => {
      const clock = BigInt(Date.now());
      lastNonce = clock > lastNonce ? clock : lastNonce + 1n;
      return lastNonce;
    },
    takePlace: async (lane) => {
      if (lane === "money") throw new Error("The tripwire moves no money.");
      await sleep(Math.max(0, lockedUntilMs - Date.now()));
    },
    onThrottled: async (lockoutMs) => {
      lockedUntilMs = Date.now() + lockoutMs;
    },
  };
}
