import { z } from "@hono/zod-openapi";
import type { Alert } from "../../store/alerts.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";

export const alertView = z
  .object({
    id: z.int(),
    name: z.string().openapi({ example: "KustodiaBankSilent", description: "Its entry in RUNBOOK.md" }),
    detail: z.string().openapi({ description: "Spanish" }),
    opened_at: z.iso.datetime(),
    acknowledged_by: z.string().nullable(),
    acknowledged_at: z.iso.datetime().nullable(),
    closed_at: z.iso.datetime().nullable(),
  })
  .openapi("Alert");

export function toAlertView(alert: Alert): z.infer<typeof alertView> {
  return {
    id: alert.id,
    name: alert.name,
    detail: alert.detail,
    opened_at: isoTime(alert.openedAtMs),
    acknowledged_by: alert.acknowledgedBy,
    acknowledged_at: isoTimeOrNull(alert.acknowledgedAtMs),
    closed_at: isoTimeOrNull(alert.closedAtMs),
  };
}
