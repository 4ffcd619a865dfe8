import type { MiddlewareHandler } from "hono";

/** One call that reached the bank, whatever became of it. */
export type ReceivedRequest = { at: number; method: string; path: string; idempotencyKey?: string };

export type RequestLog = { middleware: MiddlewareHandler; received(): readonly ReceivedRequest[] };

/** More than a long test makes; the oldest are forgotten. */
const KEPT = 50_000;

/** Remembers in what order calls reached the bank, before any fault strikes: what was asked between two orders. */
export function createRequestLog(now: () => number): RequestLog {
  const log: ReceivedRequest[] = [];
  return {
    received: () => log,
    async middleware(c, next) {
      const idempotencyKey = c.req.header("X-Idempotency-Key");
      const { method, path } = c.req;
      log.push({ at: now(), method, path, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });
      if (log.length > KEPT) log.shift();
      await next();
    },
  };
}
