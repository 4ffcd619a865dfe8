import { and, desc, eq, exists, gte, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { AnyState, LegKind } from "../payments/leg.ts";
import type { PaymentStatus } from "../payments/status.ts";
import type { Queryable } from "./database.ts";
import { leg, party, payment, payoutAccount } from "./schema/index.ts";
import { SEARCHED, searchedWords } from "./schema/searchedWords.ts";

/** What payments are looked for by; what is null is not asked. All that is given must hold. */
export type PaymentFilter = Readonly<{
  status: PaymentStatus | null;
  /** Of one of its legs. */
  leg: Readonly<{ kind: LegKind; state: AnyState | "review" }> | null;
  /** Where its deposit comes to, or its payout goes to. */
  clabe: string | null;
  fromCentavos: bigint | null;
  toCentavos: bigint | null;
  /** Unix ms: created at or after, and before. */
  createdFromMs: number | null;
  createdBeforeMs: number | null;
  /** Beginnings of words: of its names, or of its own texts and ids. */
  text: string | null;
}>;

type Page = Readonly<{ limit: number; before: number | null }>;

/**
 * A word that many payments have is found among this many of the newest; the index would first bring all that have it,
 * 54 ms where 50,000 have.
 */
const LOOKED_THROUGH = 200;

/** Numbers of payments, the newest first, from below one on: a payment that is created meanwhile moves nothing. */
export async function findPayments(db: Queryable, filter: PaymentFilter, page: Page): Promise<readonly number[]> {
  if (filter.text !== null) {
    const words = queryOf(filter.text);
    // No word at all finds nothing.
    if (words === null) return [];
    const newest = newestBelow(page.before);
    const found = await find(db, page, [...conditionsOf(db, filter), idIn(newest), hasWords(words)]);
    return found.length === page.limit ? found : find(db, page, [...conditionsOf(db, filter), idIn(idsOf(words))]);
  }
  return find(db, page, conditionsOf(db, filter));
}

async function find(db: Queryable, page: Page, conditions: readonly (SQL | undefined)[]): Promise<readonly number[]> {
  const rows = await db
    .select({ id: payment.id })
    .from(payment)
    .where(and(...conditions, page.before === null ? undefined : lt(payment.id, page.before)))
    .orderBy(desc(payment.id))
    .limit(page.limit);
  return rows.map((row) => row.id);
}

/** All that is asked but the words. */
function conditionsOf(db: Queryable, filter: PaymentFilter): readonly (SQL | undefined)[] {
  const { status, leg: wanted, clabe, fromCentavos, toCentavos, createdFromMs, createdBeforeMs } = filter;
  return [
    status === null ? undefined : eq(payment.status, status),
    wanted === null ? undefined : exists(legsIn(db, wanted)),
    clabe === null
      ? undefined
      : or(
          eq(payment.depositClabe, clabe),
          idIn(
            sql`select payment_id from ${leg} join ${payoutAccount} on leg_id = ${leg.id} where ${payoutAccount.clabe} = ${clabe}`,
          ),
        ),
    fromCentavos === null ? undefined : gte(payment.amountCentavos, fromCentavos),
    toCentavos === null ? undefined : lte(payment.amountCentavos, toCentavos),
    createdFromMs === null ? undefined : gte(payment.createdAtMs, createdFromMs),
    createdBeforeMs === null ? undefined : lt(payment.createdAtMs, createdBeforeMs),
  ];
}

const legsIn = (db: Queryable, { kind, state }: NonNullable<PaymentFilter["leg"]>) =>
  db
    .select({ one: sql`1` })
    .from(leg)
    .where(and(eq(leg.paymentId, payment.id), eq(leg.kind, kind), eq(leg.state, state)));

const idIn = (ids: SQL) => sql`${payment.id} in (${ids})`;

const newestBelow = (before: number | null) => sql`select id from ${payment} as newest
  ${before === null ? sql`` : sql`where id < ${before}`} order by id desc limit ${LOOKED_THROUGH}`;

/** Each table by its own index: a join of both would have none. */
const idsOf = (words: SQL) => sql`select payment_id from ${party} where ${searchedWords(SEARCHED.party)} @@ ${words}
  union select payment_id from ${leg} join ${payoutAccount} on leg_id = ${leg.id}
    where ${searchedWords(SEARCHED.payoutAccount)} @@ ${words}
  union select id from ${payment} as searched where ${searchedWords(SEARCHED.payment)} @@ ${words}`;

/** The same, asked of one payment. */
const hasWords = (words: SQL) => sql`(${searchedWords(SEARCHED.payment)} @@ ${words} or exists (
  select 1 from ${party} where payment_id = ${payment.id} and ${searchedWords(SEARCHED.party)} @@ ${words})
  or exists (select 1 from ${leg} join ${payoutAccount} on leg_id = ${leg.id}
    where payment_id = ${payment.id} and ${searchedWords(SEARCHED.payoutAccount)} @@ ${words}))`;

/** What Postgres looks for: words that begin so. @returns null when the text has no word. */
function queryOf(text: string): SQL | null {
  const words = wordsOf(text);
  if (words.length === 0) return null;
  return sql`to_tsquery('simple', ${words.map((word) => `${word}:*`).join(" & ")})`;
}

/** The words of a search as the index has them: without accents and signs. */
function wordsOf(text: string): readonly string[] {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.split(/[^a-z0-9]+/).filter((word) => word !== "");
}
