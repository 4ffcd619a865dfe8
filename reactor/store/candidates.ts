import { and, asc, count, eq, gte, inArray, isNull, ne, notExists, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { CLOCK_TOLERANCE_MS } from "../payments/clockTolerance.ts";
import type { BankFact } from "../payments/facts.ts";
import type { LaneAddresses } from "../payments/lanes.ts";
import type { Leg } from "../payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "../payments/money.ts";
import { notClaimed } from "./claims.ts";
import type { Queryable } from "./database.ts";
import type { AttemptRow } from "./factsOf.ts";
import { isOfAccount } from "./lanes.ts";
import { attempt, bankTransaction, leg as legRow } from "./schema/index.ts";

export type Lookup = Readonly<{ candidates: readonly BankFact[]; rivals: number; turn: number }>;

/**
 * What an order of unknown outcome may have become: its bank account's transactions of its type, amount and destination that
 * nothing has claimed, oldest first, how many other legs' open orders to that account they could be just as well, and how many of
 * those were sent before this one. An older order may have become whatever a younger one may, and not the other way round: in
 * any other order the oldest transaction could be left to an order that is too young for it.
 * @param order its first sending of unknown outcome.
 */
export async function readCandidates(
  db: Queryable,
  leg: Leg,
  order: AttemptRow,
  { account, bridge }: Pick<LaneAddresses, "account" | "bridge">,
): Promise<Lookup> {
  if (order.action !== "withdraw" && order.action !== "redeem") return { candidates: [], rivals: 0, turn: 0 };
  const sameDestination =
    order.action === "withdraw"
      ? eq(sql`lower(${bankTransaction.address})`, bridge)
      : eq(bankTransaction.bankAccountId, leg.carried.bankAccountId ?? "");
  const candidates = await db
    .select()
    .from(bankTransaction)
    .where(
      and(
        eq(bankTransaction.account, account),
        eq(bankTransaction.type, order.action === "withdraw" ? "CRYPTO_WITHDRAWAL" : "REDEMPTION"),
        eq(bankTransaction.amountBaseUnits, leg.amountCentavos * BASE_UNITS_PER_CENTAVO),
        // A list that does not name the destination leaves it open: the group rule still holds.
        or(
          sameDestination,
          isNull(order.action === "withdraw" ? bankTransaction.address : bankTransaction.bankAccountId),
        ),
        gte(bankTransaction.createdAtMs, order.sentAtMs - CLOCK_TOLERANCE_MS),
        notClaimed(db),
      ),
    )
    .orderBy(asc(bankTransaction.createdAtMs), asc(bankTransaction.id));
  const accepted = alias(attempt, "accepted");
  const rivals = db
    .select({ legId: attempt.legId, sinceMs: sql`min(${attempt.sentAtMs})`.as("since_ms") })
    .from(attempt)
    .innerJoin(legRow, eq(legRow.id, attempt.legId))
    .where(
      and(
        isOfAccount(legRow.lane, account),
        eq(attempt.action, order.action),
        eq(attempt.amountCentavos, order.amountCentavos),
        ne(attempt.legId, leg.id),
        inArray(attempt.outcome, ["pending", "unknown"]),
        // An order once accepted wants nothing more, though an earlier sending of it was never answered.
        notExists(
          db
            .select({ one: sql`1` })
            .from(accepted)
            .where(
              and(
                eq(accepted.legId, attempt.legId),
                eq(accepted.action, attempt.action),
                eq(accepted.generation, attempt.generation),
                eq(accepted.outcome, "done"),
              ),
            ),
        ),
      ),
    )
    .groupBy(attempt.legId)
    .as("rivals");
  const sentBefore = sql`(${rivals.sinceMs}, ${rivals.legId}) < (${sql.param(order.sentAtMs, attempt.sentAtMs)}, ${leg.id})`;
  const [others] = await db
    .select({ legs: count(), before: sql`count(*) filter (where ${sentBefore})`.mapWith(Number) })
    .from(rivals);
  return { candidates, rivals: others?.legs ?? 0, turn: others?.before ?? 0 };
}
