import { createRoute, z } from "@hono/zod-openapi";
import type { ApiApp } from "../caller.ts";
import type { FieldProblem } from "../fieldProblems.ts";
import { Problem } from "../Problem.ts";
import { type AppPorts, PROCESS_NAMES } from "../ports.ts";
import { fields } from "../wire/fields.ts";
import { isoTime } from "../wire/isoTime.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { repeatable } from "../wire/repeatable.ts";
import { runResult } from "../wire/runResult.ts";

const process = z.enum(PROCESS_NAMES, "unknown_process" satisfies FieldProblem);

const trigger = fields({ process }).openapi("Trigger", { example: { process: "deposits" } });

const route = createRoute({
  method: "post",
  path: "/api/automation/trigger",
  operationId: "triggerProcess",
  tags: ["automation"],
  summary: "Run a process now",
  request: {
    headers: repeatable,
    body: { required: true, content: { "application/json": { schema: trigger } } },
  },
  responses: {
    200: {
      description: "The process ran, and this is what it did",
      content: {
        "application/json": {
          schema: z.object({
            success: z.literal(true),
            process,
            started_at: z.iso.datetime(),
            finished_at: z.iso.datetime(),
            result: runResult,
          }),
        },
      },
    },
    ...problemAnswers,
  },
});

/** Runs a process now, never past a guard. Its key was checked before. */
export function triggerProcess(app: ApiApp, ports: AppPorts): void {
  app.openapi(route, async (c) => {
    const { process } = c.req.valid("json");
    const startedAtMs = ports.nowMs();
    const ran = await ports.runProcess(process);
    if (ran.outcome === "busy") throw new Problem("process_running", { facts: { process } });
    if (ran.outcome === "failed") throw new Problem("process_failed", { facts: { process, message: ran.message } });
    const times = { started_at: isoTime(startedAtMs), finished_at: isoTime(ports.nowMs()) };
    return c.json({ success: true as const, process, ...times, result: ran.result }, 200);
  });
}
