import { z } from "@hono/zod-openapi";
import { breakKinds } from "../../payments/breakKinds.ts";
import { dayAfter, isoInMexico, startOfDayInMexico } from "../../payments/mexicoTime.ts";
import { toDecimal } from "../../payments/money.ts";
import type { DayBreak } from "../../store/breaksOfDay.ts";
import type { Flow } from "../../store/readFlows.ts";
import { ACCOUNTS } from "../../store/schema/index.ts";
import { toCsv } from "./toCsv.ts";

const pesos = z.string().openapi({ example: "15000.00" });

export const dayView = z
  .object({
    day: z.iso.date(),
    from: z.iso.datetime({ offset: true }),
    through: z.iso.datetime({ offset: true }),
    complete: z.boolean().openapi({ description: "The day is over, and nothing of it can still be posted" }),
    payout_check: z.enum(["configured", "none"]).openapi({
      description: "Whether payouts leave only once a check of name and sanctions has cleared them, as configured now",
    }),
    places: z
      .array(
        z.object({
          place: z.enum(ACCOUNTS),
          opening: pesos,
          in: pesos,
          out: pesos,
          closing: pesos,
        }),
      )
      .openapi({
        description: "opening + in − out = closing, to the centavo. Outside ends are below zero: buyer, company",
      }),
    breaks: z.array(
      z.object({
        number: z.int(),
        kind: z.string(),
        es: z.string(),
        en: z.string(),
        payment_id: z.int().nullable(),
        opened_at: z.iso.datetime({ offset: true }),
        ended_at: z.iso.datetime({ offset: true }).nullable(),
      }),
    ),
  })
  .openapi("DayReport");

export type DayView = z.infer<typeof dayView>;

/** A transaction that posts an entry has ended long before (store/closeBooks.ts). */
const SETTLED_MS = 10 * 60_000;

/** The span of a calendar day of the capital, unix ms: after its first moment and up to the next one's. */
export const spanOf = (from: string, through = from) => ({
  afterMs: startOfDayInMexico(from),
  throughMs: startOfDayInMexico(dayAfter(through)),
});

export function toDayView(
  day: string,
  { flows, breaks, screens }: { flows: readonly Flow[]; breaks: readonly DayBreak[]; screens: boolean },
  nowMs: number,
): DayView {
  const { afterMs, throughMs } = spanOf(day);
  return {
    day,
    from: isoInMexico(afterMs),
    through: isoInMexico(throughMs),
    complete: nowMs > throughMs + SETTLED_MS,
    payout_check: screens ? "configured" : "none",
    places: flows.map((flow) => ({
      place: flow.account,
      opening: toDecimal(flow.openingCentavos),
      in: toDecimal(flow.inCentavos),
      out: toDecimal(flow.outCentavos),
      closing: toDecimal(flow.closingCentavos),
    })),
    breaks: breaks.map(({ number, kind, paymentId, openedAtMs, endedAtMs }) => ({
      ...{ number, kind, ...breakKinds[kind].is, payment_id: paymentId, opened_at: isoInMexico(openedAtMs) },
      ended_at: endedAtMs === null ? null : isoInMexico(endedAtMs),
    })),
  };
}

/** One table: a line for each place, and under it one for each break. */
export const dayCsv = (view: DayView): string =>
  toCsv([
    ["day", "place", "opening", "in", "out", "closing"],
    ...view.places.map(({ place, opening, in: came, out, closing }) => [view.day, place, opening, came, out, closing]),
    [],
    ["day", "break", "kind", "payment_id", "opened_at", "ended_at"],
    ...view.breaks.map((one) => [view.day, one.number, one.kind, one.payment_id, one.opened_at, one.ended_at]),
  ]);
