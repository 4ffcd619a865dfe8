import { z } from "@hono/zod-openapi";

/** What a run of a process did: counts, and money as decimal pesos. */
export const runResult = z
  .record(z.string(), z.union([z.number(), z.string()]))
  .openapi({ example: { payments: 81, matched: 81, breaks: 0, difference: "0.00" } });
