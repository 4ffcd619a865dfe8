import { createRoute, z } from "@hono/zod-openapi";
import { ofParties } from "../../payments/releaseBy.ts";
import { why } from "../../payments/why.ts";
import { databaseNowMs } from "../../store/databaseNowMs.ts";
import { readDueTimes } from "../../store/readDueTimes.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import type { ApiApp } from "../caller.ts";
import { missingOf } from "../operations/approveRelease.ts";
import { recordOf } from "../operations/legPlan.ts";
import type { AppPorts } from "../ports.ts";
import { isoTimeOrNull } from "../wire/isoTime.ts";
import { problemAnswers } from "../wire/problemAnswers.ts";
import { paymentId } from "./showPayment.ts";

const words = z.object({ es: z.string(), en: z.string() }).nullable();
export const whyView = z
  .object({
    es: z.string(),
    en: z.string(),
    leg_id: z.int().nullable(),
    from: z.enum(["buyer", "bank", "chain", "person", "machine", "time"]).nullable(),
    awaits: words,
    since: z.iso.datetime().nullable(),
    reason: z.string().nullable(),
    missing: words,
    next: words,
    next_at: z.iso.datetime().nullable().openapi({ description: "When it is looked at again by itself" }),
    deadline_at: z.iso.datetime().nullable(),
  })
  .openapi("Why");

const route = createRoute({
  method: "get",
  path: "/api/payments/{id}/why",
  operationId: "explainPayment",
  tags: ["payments"],
  summary: "Why it does not go on",
  request: { params: paymentId },
  responses: {
    200: { description: "Why it does not go on", content: { "application/json": { schema: whyView } } },
    ...problemAnswers,
  },
});

/** «¿Por qué no avanza?» */
export function showWhy(app: ApiApp, { db }: AppPorts): void {
  app.openapi(route, async (c) => {
    const record = await recordOf(db, c.req.valid("param").id);
    const { legs } = record;
    const due = await readDueTimes(
      db,
      legs.map(({ id }) => id),
    );
    const scheduled = legs.map((leg) => ({ ...leg, dueAtMs: due.get(leg.id) ?? null }));
    const told = why(scheduled, await databaseNowMs(db));
    const { from, awaits, reason, missing, next } = told;
    const sooner = soonerBy(record);
    const [es, en] = [told.es + sooner.es, told.en + sooner.en];
    return c.json(
      {
        ...{ es, en, leg_id: told.legId, from, awaits, since: isoTimeOrNull(told.sinceMs), reason, missing, next },
        next_at: isoTimeOrNull(told.nextAtMs),
        deadline_at: isoTimeOrNull(told.deadlineAtMs),
      },
      200,
    );
  });
}

/** What more the sentence says of a payment in custody that both parties may end early. */
function soonerBy(record: PaymentRecord): Readonly<{ es: string; en: string }> {
  const inCustody = record.legs.some(({ kind, state }) => kind === "custody" && state === "active");
  const missing = ofParties(missingOf(record));
  if (!inCustody || missingOf(record).length === 0) return { es: "", en: "" };
  return {
    es: ` Antes de su fin se libera con la aprobación ${missing.es}, que falta.`,
    en: ` Before its end it is released by the approval ${missing.en}, which is missing.`,
  };
}
