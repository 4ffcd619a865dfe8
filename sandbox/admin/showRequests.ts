import type { Handler } from "hono";
import type { RequestLog } from "../http/requestLog.ts";

/** GET /sandbox/requests: the calls that reached the bank since it started, oldest first, refused and dropped ones too. */
export function showRequests(log: RequestLog): Handler {
  return (c) => c.json({ requests: log.received() });
}
