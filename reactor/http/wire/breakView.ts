import { z } from "@hono/zod-openapi";
import { breakKinds } from "../../payments/breakKinds.ts";
import { BASE_UNITS_PER_CENTAVO, toDecimal } from "../../payments/money.ts";
import type { Break } from "../../store/breaks.ts";
import { BREAK_STATES, type Evidence } from "../../store/schema/watch.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";

const evidence = z.record(z.string(), z.string());

export const breakView = z
  .object({
    number: z.int(),
    account: z.string().openapi({ example: "principal", description: "In the books of which bank account of ours" }),
    kind: z.string().openapi({ example: "doubled_payout" }),
    is_es: z.string(),
    is_en: z.string(),
    next_es: z.string().openapi({ description: "What to do first" }),
    next_en: z.string(),
    state: z.enum(BREAK_STATES),
    payment_id: z.int().nullable(),
    leg_id: z.int().nullable(),
    source: z.string(),
    outside_id: z.string(),
    amount: z.string().nullable().openapi({ example: "1500.00", description: "At stake, whole centavos" }),
    sides: z
      .object({ books: evidence, bank: evidence, chain: evidence })
      .openapi({ description: "What each of the three showed when the break was opened" }),
    owner: z.string().nullable(),
    explanation: z.string().nullable(),
    opened_at: z.iso.datetime(),
    healed_at: z.iso.datetime().nullable().openapi({ description: "When it closed by itself" }),
    healed: evidence.nullable().openapi({ description: "What the outside showed then" }),
    closed_by: z.string().nullable(),
    close_reason: z.string().nullable(),
    closed_at: z.iso.datetime().nullable(),
  })
  .openapi("Break");

export function toBreakView(one: Break): z.infer<typeof breakView> {
  const { is, next } = breakKinds[one.kind];
  return {
    number: one.number,
    account: one.account,
    kind: one.kind,
    ...{ is_es: is.es, is_en: is.en, next_es: next.es, next_en: next.en },
    state: one.state,
    payment_id: one.paymentId,
    leg_id: one.legId,
    source: one.source,
    outside_id: one.outsideId,
    amount: one.amountBaseUnits === null ? null : toDecimal(one.amountBaseUnits / BASE_UNITS_PER_CENTAVO),
    sides: { books: copy(one.consumed), bank: copy(one.atBank), chain: copy(one.seen) },
    owner: one.owner,
    explanation: one.explanation,
    opened_at: isoTime(one.openedAtMs),
    healed_at: isoTimeOrNull(one.healedAtMs),
    healed: one.healed === null ? null : copy(one.healed),
    closed_by: one.closedBy,
    close_reason: one.closeReason,
    closed_at: isoTimeOrNull(one.closedAtMs),
  };
}

const copy = (shown: Evidence) => ({ ...shown });

/** Names a break as it is: each change makes another one. */
export const etagOfBreak = ({ version }: Pick<Break, "version">) => `"${version}"`;
