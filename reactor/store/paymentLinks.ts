import { and, eq, isNull, sql } from "drizzle-orm";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import { paymentLink } from "./schema/index.ts";

export type Audience = (typeof paymentLink.$inferSelect)["audience"];
type LinkOf = Readonly<{ paymentId: number; audience: Audience }>;

/** Stores a link by its hash, with its event. Those that its audience had before open nothing any more. */
export async function createLink(
  tx: Queryable,
  { paymentId, audience, tokenHash, actor, reason }: LinkOf & { tokenHash: string; actor: string; reason: string },
): Promise<readonly StoredEvent[]> {
  await endLinks(tx, { paymentId, audience }, actor);
  await addLink(tx, { paymentId, audience, tokenHash, actor, approves: false });
  const data = { audience, reason };
  return appendEvents(tx, [{ paymentId, legId: null, type: "enlace_creado", data, actor }]);
}

/** Stores a link beside those that its audience has, as each mail to them does. @param approves see the table. */
export async function addLink(
  db: Queryable,
  { paymentId, audience, tokenHash, actor, approves }: LinkOf & { tokenHash: string; actor: string; approves: boolean },
): Promise<void> {
  await db.insert(paymentLink).values({ paymentId, audience, tokenHash, createdBy: actor, approves });
}

/** Ends an audience's links, those in their mails too, with its event. @returns none when it has none. */
export async function revokeLink(
  tx: Queryable,
  { actor, reason, ...link }: LinkOf & { actor: string; reason: string },
): Promise<readonly StoredEvent[]> {
  if ((await endLinks(tx, link, actor)) === 0) return [];
  const data = { audience: link.audience, reason };
  return appendEvents(tx, [{ paymentId: link.paymentId, legId: null, type: "enlace_revocado", data, actor }]);
}

async function endLinks(tx: Queryable, { paymentId, audience }: LinkOf, revokedBy: string): Promise<number> {
  const ended = await tx
    .update(paymentLink)
    .set({ revokedBy, revokedAtMs: sql`clock_timestamp()` })
    .where(
      and(eq(paymentLink.paymentId, paymentId), eq(paymentLink.audience, audience), isNull(paymentLink.revokedAtMs)),
    )
    .returning({ id: paymentLink.id });
  return ended.length;
}

/** A link that opens a page: `id` names it where its token must not be told. */
type OpenLink = LinkOf & Readonly<{ id: number; approves: boolean }>;

/** @returns which payment a link shows, and to whom; null for one that is unknown or revoked. */
export async function findLink(db: Queryable, tokenHash: string): Promise<OpenLink | null> {
  const { id, paymentId, audience, approves } = paymentLink;
  const [found] = await db
    .select({ id, paymentId, audience, approves })
    .from(paymentLink)
    .where(and(eq(paymentLink.tokenHash, tokenHash), isNull(paymentLink.revokedAtMs)));
  return found ?? null;
}
