import { and, eq, sql } from "drizzle-orm";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import type { ClaimedNotice } from "./claimNotice.ts";
import type { Queryable } from "./database.ts";
import { notice } from "./schema/index.ts";

/** What a try came to; `retryInMs` null: it is not tried again. */
export type Noticed = Readonly<{ sent: true } | { sent: false; error: string; retryInMs: number | null }>;

/**
 * Saves what a try came to, unless somebody else has saved one since it was claimed. A mail that is given up is in the
 * payment's history: a person may have to tell them otherwise.
 * @returns the events to show.
 */
export async function saveNotice(
  tx: Queryable,
  { id, attempts, paymentId, audience }: Pick<ClaimedNotice, "id" | "attempts" | "paymentId" | "audience">,
  tried: Noticed,
): Promise<readonly StoredEvent[]> {
  const retryS = tried.sent || tried.retryInMs === null ? 0 : tried.retryInMs / 1_000;
  const abandoned = !tried.sent && tried.retryInMs === null;
  const saved = await tx
    .update(notice)
    .set({
      state: tried.sent ? "sent" : abandoned ? "abandoned" : "pending",
      attempts: attempts + 1,
      leaseUntilMs: null,
      lastError: tried.sent ? null : tried.error,
      dueAtMs: sql`now() + make_interval(secs => ${retryS})`,
      sentAtMs: tried.sent ? sql`now()` : null,
    })
    .where(and(eq(notice.id, id), eq(notice.attempts, attempts), eq(notice.state, "pending")))
    .returning({ id: notice.id });
  if (saved.length === 0 || !abandoned) return [];
  const data = { audience, message: tried.error };
  return appendEvents(tx, [{ paymentId, legId: null, type: "aviso_sin_entregar", data, actor: "kustodia" }]);
}
