import type { MiddlewareHandler } from "hono";

/** One call that reached the bank, whatever became of it. */
export type ReceivedRequest = {
  /** Unix ms. */
  at: number;
  method: string;
  path: string;
  /** Whose key asked, as the header says it. */
  apiKey?: string;
  idempotencyKey?: string;
  /** What a POST asked for. */
  body?: string;
  /** The status of the answer; not there while it is awaited, or when the connection was cut instead. */
  answered?: number;
};

export type RequestLog = { middleware: MiddlewareHandler; received(): readonly ReceivedRequest[] };

/** More than a long test makes; the oldest are forgotten. */
const KEPT = 50_000;

/** Remembers in what order calls reached the bank, before any fault strikes: what was asked between two orders. */
export function createRequestLog(now: () => number): RequestLog {
  const log: ReceivedRequest[] = [];
  return {
    received: () => log,
    async middleware(c, next) {
      const { method, path } = c.req;
      const request: ReceivedRequest = { at: now(), method, path };
      log.push(request);
      if (log.length > KEPT) log.shift();
      const [, apiKey] = /^Bitso ([^:]+):/.exec(c.req.header("Authorization") ?? "") ?? [];
      const idempotencyKey = c.req.header("X-Idempotency-Key");
      if (apiKey !== undefined) request.apiKey = apiKey;
      if (idempotencyKey !== undefined) request.idempotencyKey = idempotencyKey;
      if (method === "POST") request.body = await c.req.text();
      await next();
      if (!c.res.headers.has("x-hono-already-sent")) request.answered = c.res.status;
    },
  };
}
