import type { MiddlewareHandler } from "hono";
import { REFUSALS } from "../guesses.ts";
import type { Rules } from "../options.ts";
import { Refusal } from "./refusal.ts";

const WINDOW_MS = 60_000;

export type Throttle = {
  middleware: MiddlewareHandler;
  /** Refuses everything for so many ms with this refusal. */
  lockOut(ms: number, refusal: Refusal): void;
};

/** Counts the account's requests in one-minute windows; one too many locks it out for a minute. */
export function createThrottle(rules: Rules, now: () => number): Throttle {
  let window = { startedAt: now(), requests: 0 };
  let lockout: { until: number; refusal: Refusal } | undefined;

  function lockOut(ms: number, refusal: Refusal): void {
    lockout = { until: now() + ms, refusal };
  }

  return {
    lockOut,
    async middleware(_c, next) {
      const at = now();
      if (lockout && at < lockout.until) throw lockout.refusal;
      if (at - window.startedAt >= WINDOW_MS) window = { startedAt: at, requests: 0 };
      window.requests += 1;
      if (window.requests > rules.requestsPerMinute) {
        lockOut(rules.lockoutMs, new Refusal(REFUSALS.throttled));
        throw new Refusal(REFUSALS.throttled);
      }
      await next();
    },
  };
}
