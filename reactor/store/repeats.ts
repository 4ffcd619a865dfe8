import { and, eq, isNotNull } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { idempotencyKey } from "./schema/index.ts";

export type Repeat =
  | Readonly<{ kind: "repeated"; paymentId: number }>
  | Readonly<{ kind: "refused"; why: "external_id_reused"; paymentId: number }>;

/** By what a repeat of a request for a payment is recognised. */
export type RepeatNames = Readonly<{
  externalId: string | null;
  /** Of what is asked now: another one under the same external_id is refused. */
  requestHash: string;
  /** The request's own Idempotency-Key, as `answers.ts` has taken it. */
  answerKey: string | null;
}>;

/** What an earlier request under one of these names made; null when there was none. */
export async function findRepeat(db: Queryable, names: RepeatNames): Promise<Repeat | null> {
  if (names.answerKey !== null) {
    const [same] = await db
      .select({ paymentId: idempotencyKey.paymentId })
      .from(idempotencyKey)
      .where(and(eq(idempotencyKey.key, names.answerKey), isNotNull(idempotencyKey.paymentId)));
    if (same?.paymentId) return { kind: "repeated", paymentId: same.paymentId };
  }
  if (names.externalId === null) return null;
  const [used] = await db
    .select()
    .from(idempotencyKey)
    .where(eq(idempotencyKey.key, nameOf(names.externalId)));
  if (!used?.paymentId) return null;
  const { paymentId } = used;
  return used.bodyHash === names.requestHash
    ? { kind: "repeated", paymentId }
    : { kind: "refused", why: "external_id_reused", paymentId };
}

/** Keeps which payment a request made, under each of its names. */
export async function saveRepeat(tx: Queryable, names: RepeatNames, paymentId: number): Promise<void> {
  const { externalId, requestHash: bodyHash, answerKey } = names;
  if (externalId !== null) await tx.insert(idempotencyKey).values({ key: nameOf(externalId), bodyHash, paymentId });
  if (answerKey !== null) await tx.update(idempotencyKey).set({ paymentId }).where(eq(idempotencyKey.key, answerKey));
}

/** An external_id and an Idempotency-Key share one table, each in its own namespace. */
const nameOf = (externalId: string) => `external_id:${externalId}`;
