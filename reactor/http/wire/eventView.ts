import { z } from "@hono/zod-openapi";
import type { StoredEvent } from "../../store/appendEvent.ts";
import { isoTime } from "./isoTime.ts";

export const eventView = z
  .object({
    id: z.int(),
    payment_id: z.int().nullable(),
    leg_id: z.int().nullable(),
    type: z.string().openapi({ example: "deposito_detectado" }),
    description: z.string().openapi({ description: "Spanish" }),
    description_en: z.string(),
    data: z.record(z.string(), z.string()),
    actor: z.string(),
    created_at: z.iso.datetime(),
  })
  .openapi("Event");

export function toEventView(event: StoredEvent): z.infer<typeof eventView> {
  return {
    id: event.id,
    payment_id: event.paymentId,
    leg_id: event.legId,
    type: event.type,
    description: event.es,
    description_en: event.en,
    data: event.data,
    actor: event.actor,
    created_at: isoTime(event.atMs),
  };
}
