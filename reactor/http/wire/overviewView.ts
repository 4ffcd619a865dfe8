import { z } from "@hono/zod-openapi";
import { rowOf } from "../../payments/leg.ts";
import { toDecimal } from "../../payments/money.ts";
import type { Overview } from "../../store/readOverview.ts";
import type { Account } from "../../store/schema/books.ts";
import { isoTimeOrNull } from "./isoTime.ts";

export const overviewView = z
  .object({
    payments: z.array(
      z.object({ status: z.string(), count: z.int(), amount: z.string().openapi({ example: "15000.00" }) }),
    ),
    money: z
      .object({
        juno: z.string(),
        bridge: z.string(),
        escrow: z.string(),
        in_transit: z.string(),
        suspense: z.string(),
      })
      .openapi({
        description:
          "Where the money rests, what of it is on its way between two places, and what at the bank is of no payment yet (suspense)",
      }),
    late: z.array(
      z.object({
        payment_id: z.int(),
        leg: z.string(),
        state: z.string(),
        state_es: z.string(),
        state_en: z.string(),
        deadline_at: z.iso.datetime().nullable(),
      }),
    ),
    waiting: z
      .object({
        review: z.int(),
        disputes: z.int(),
        unassigned: z.int(),
        breaks: z.int(),
        plans: z.int(),
        alerts: z.int(),
      })
      .openapi({ description: "How many of each wait for a person" }),
    bank_read_at: z.iso.datetime().nullable(),
  })
  .openapi("Overview");

export function toOverviewView(overview: Overview): z.infer<typeof overviewView> {
  const inAccount = (name: Account) =>
    toDecimal(overview.money.find(({ account }) => account === name)?.centavos ?? 0n);
  return {
    payments: overview.payments.map(({ status, count, centavos }) => ({ status, count, amount: toDecimal(centavos) })),
    money: {
      juno: inAccount("juno"),
      bridge: inAccount("bridge"),
      escrow: inAccount("escrow"),
      in_transit: inAccount("in_transit"),
      suspense: inAccount("suspense"),
    },
    late: overview.late.map(({ paymentId, kind, state, deadlineAtMs }) => {
      const { es, en } = rowOf(kind, state);
      const deadline_at = isoTimeOrNull(deadlineAtMs);
      return { payment_id: paymentId, leg: kind, state, state_es: es, state_en: en, deadline_at };
    }),
    waiting: overview.waiting,
    bank_read_at: isoTimeOrNull(overview.bankReadAtMs),
  };
}
