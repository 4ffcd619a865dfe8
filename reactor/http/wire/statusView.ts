import { z } from "@hono/zod-openapi";
import type { OpenBreaks } from "../../store/breaks.ts";
import type { Freshness, ProcessState } from "../ports.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";
import { runResult } from "./runResult.ts";

/** The four that the client's pages show, in their order (client-system.md). */
const SHOWN = ["deposits", "custodies", "payouts", "sync"] as const;
const shown = z.object({ deposits: z.string(), custodies: z.string(), payouts: z.string(), sync: z.string() });

/** The first five members are the client's, to the letter; the others are for machines. */
export const statusView = z
  .object({
    success: z.literal(true),
    status: z.literal("running"),
    lastRun: shown,
    nextRun: shown,
    timestamp: z.iso.datetime(),
    breaks: z.object({
      open: z.number().openapi({ description: "What two sides tell differently, and nobody has explained" }),
      newest: z.array(
        z.object({
          number: z.number(),
          kind: z.string(),
          payment_id: z.number().nullable(),
          outside_id: z.string(),
          opened_at: z.iso.datetime(),
        }),
      ),
    }),
    outgoing: z.object({ stopped: z.boolean(), why: z.string().nullable() }),
    shadow: z.boolean().openapi({ description: "It decides and sends nothing to bank or chain (SHADOW=on)" }),
    processes: z.array(
      z.object({
        name: z.string(),
        every_minutes: z.number(),
        running: z.boolean(),
        last_run: z
          .object({
            started_at: z.iso.datetime(),
            finished_at: z.iso.datetime().nullable(),
            result: runResult.nullable(),
            error: z.string().nullable(),
          })
          .nullable(),
        next_run_at: z.iso.datetime().nullable(),
      }),
    ),
    indexer: z.object({
      chain_id: z.int().openapi({ description: "The chain of the lane whose reactor answers" }),
      indexed_block: z.string().nullable(),
      latest_block: z.string().nullable(),
      settled_block: z.string().nullable(),
      indexed_at: z.iso.datetime().nullable(),
      stale: z.boolean(),
      complaint: z.string().nullable(),
    }),
  })
  .openapi("AutomationStatus");

export function toStatusView(
  processes: readonly ProcessState[],
  freshness: Freshness,
  /** Why money may not leave; null when it may. */
  stopped: string | null,
  breaks: OpenBreaks,
  { shadow, nowMs }: Readonly<{ shadow: boolean; nowMs: number }>,
): z.infer<typeof statusView> {
  const textOf = (text: (state: ProcessState) => string) => {
    const texts = new Map(processes.map((state) => [state.name, text(state)]));
    return shown.parse(Object.fromEntries(SHOWN.map((name) => [name, texts.get(name)])));
  };
  return {
    success: true,
    status: "running",
    lastRun: textOf(({ everyMinutes }) => (everyMinutes === 60 ? EVERY_HOUR : `Running every ${everyMinutes} minutes`)),
    nextRun: textOf(({ nextRunAtMs }) => (nextRunAtMs === null ? NOT_SCHEDULED : nextRunIn(nextRunAtMs - nowMs))),
    timestamp: isoTime(nowMs),
    breaks: {
      open: breaks.count,
      newest: breaks.newest.map(({ number, kind, paymentId, outsideId, openedAtMs }) => ({
        number,
        kind,
        payment_id: paymentId,
        outside_id: outsideId,
        opened_at: isoTime(openedAtMs),
      })),
    },
    outgoing: { stopped: stopped !== null, why: stopped },
    shadow,
    processes: processes.map(({ name, everyMinutes, running, lastRun, nextRunAtMs }) => ({
      name,
      every_minutes: everyMinutes,
      running,
      last_run: lastRun && {
        started_at: isoTime(lastRun.startedAtMs),
        finished_at: isoTimeOrNull(lastRun.finishedAtMs),
        result: lastRun.result,
        error: lastRun.error,
      },
      next_run_at: isoTimeOrNull(nextRunAtMs),
    })),
    indexer: {
      chain_id: freshness.chainId,
      indexed_block: freshness.indexedBlock?.toString() ?? null,
      latest_block: freshness.latestBlock?.toString() ?? null,
      settled_block: freshness.settledBlock?.toString() ?? null,
      indexed_at: isoTimeOrNull(freshness.indexedAtMs),
      stale: freshness.stale,
      complaint: freshness.complaint,
    },
  };
}

const EVERY_HOUR = "Running every hour";
const NOT_SCHEDULED = "Timers are off";
const nextRunIn = (ms: number) => `Next run in ~${(Math.max(0, ms) / 60_000).toFixed(1)} minutes`;
