import { and, eq, isNull, sql } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { idempotencyKey } from "./schema/index.ts";

/** After this a request that never kept its answer is taken to have died with its process; longer than any is worked on. */
const WORK_SECONDS = 60;

export type TakenKey =
  | Readonly<{ kind: "taken" }>
  | Readonly<{ kind: "of_another_request" | "being_answered" }>
  | Readonly<{ kind: "answered"; status: number; body: string }>;

/**
 * Takes a key for one request, of which it keeps the hash. A key whose request made a payment and then died may be taken
 * again at once: that payment is found by the key (repeats.ts).
 */
export async function takeAnswerKey(db: Queryable, key: string, bodyHash: string): Promise<TakenKey> {
  const taken = await db
    .insert(idempotencyKey)
    .values({ key, bodyHash })
    .onConflictDoUpdate({
      target: idempotencyKey.key,
      set: { takenAtMs: sql`now()` },
      setWhere: sql`${idempotencyKey.bodyHash} = ${bodyHash} and ${idempotencyKey.status} is null
        and (${idempotencyKey.paymentId} is not null
          or ${idempotencyKey.takenAtMs} < now() - make_interval(secs => ${WORK_SECONDS}))`,
    })
    .returning({ key: idempotencyKey.key });
  if (taken.length > 0) return { kind: "taken" };
  const [known] = await db.select().from(idempotencyKey).where(eq(idempotencyKey.key, key));
  if (known !== undefined && known.bodyHash !== bodyHash) return { kind: "of_another_request" };
  if (known === undefined || known.status === null) return { kind: "being_answered" };
  return { kind: "answered", status: known.status, body: known.body ?? "" };
}

export async function keepAnswer(db: Queryable, key: string, answer: { status: number; body: string }): Promise<void> {
  await db.update(idempotencyKey).set(answer).where(eq(idempotencyKey.key, key));
}

/** Gives a key back whose request was refused. One that made a payment stays that payment's. */
export async function freeAnswerKey(db: Queryable, key: string): Promise<void> {
  await db
    .delete(idempotencyKey)
    .where(and(eq(idempotencyKey.key, key), isNull(idempotencyKey.paymentId), isNull(idempotencyKey.status)));
}
