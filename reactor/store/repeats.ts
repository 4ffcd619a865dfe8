import { inArray } from "drizzle-orm";
import type { Queryable } from "./database.ts";
import { idempotencyKey } from "./schema/index.ts";

export type Repeat =
  | Readonly<{ kind: "repeated"; paymentId: number }>
  | Readonly<{ kind: "refused"; why: "external_id_reused" | "idempotency_key_reused"; paymentId: number }>;

/**
 * What an earlier request under one of these keys made; null when there was none.
 * @param requestHash of what is asked now: another one under the same key is refused.
 */
export async function findRepeat(db: Queryable, keys: readonly string[], requestHash: string): Promise<Repeat | null> {
  if (keys.length === 0) return null;
  const used = await db
    .select()
    .from(idempotencyKey)
    .where(inArray(idempotencyKey.key, [...keys]));
  const other = used.find((row) => row.bodyHash !== requestHash);
  if (other) {
    const why = other.key.startsWith("external_id:") ? "external_id_reused" : "idempotency_key_reused";
    return { kind: "refused", why, paymentId: other.paymentId };
  }
  const [same] = used;
  return same ? { kind: "repeated", paymentId: same.paymentId } : null;
}

/** Keeps what a request was, under each of its keys. */
export async function saveRepeatKeys(
  tx: Queryable,
  keys: readonly string[],
  made: { bodyHash: string; paymentId: number },
): Promise<void> {
  if (keys.length > 0) await tx.insert(idempotencyKey).values(keys.map((key) => ({ key, ...made })));
}
