import { z } from "@hono/zod-openapi";
import { line } from "./fields.ts";

export const LONGEST_IDEMPOTENCY_KEY = 200;

/** What every POST takes: a repeat under the same key is given the first answer again (answerOnce.ts). */
export const repeatable = z.object({ "idempotency-key": line(LONGEST_IDEMPOTENCY_KEY).optional() });
