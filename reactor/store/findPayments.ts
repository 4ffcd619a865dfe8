import { and, eq, exists, gte, lt, lte, or, type SQL, sql } from "drizzle-orm";
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

/** How many of the newest are looked at for each that a page may have: a word that half of them have fills it at once. */
const LOOKED_AT = 2;
/** A word that this part of the newest have, or more, is common: with it the index would bring most of what there is. */
const COMMON = 1 / 20;
/** How many are looked through for each of a page, the newest first, when every word is common. */
const LOOKED_THROUGH = 50;

/** Numbers of payments, the newest first, from below one on: a payment that is created meanwhile moves nothing. */
export async function findPayments(db: Queryable, filter: PaymentFilter, page: Page): Promise<readonly number[]> {
  const fitting = and(...conditionsOf(db, filter), page.before === null ? undefined : lt(payment.id, page.before));
  if (filter.text === null) return idsOf(await db.execute(sql`${newest(fitting, page.limit)}`));
  const words = wordsOf(filter.text);
  // No word at all finds nothing.
  if (words.length === 0) return [];
  const looked = await look(db, words, { fitting, ...page });
  if (looked.found.length === page.limit || looked.all) return looked.found;
  if (looked.rare.length === 0) {
    const found = await lookThrough(db, words, { fitting, ...page });
    if (found.length === page.limit) return found;
  }
  return byIndex(db, { words, rare: looked.rare.length === 0 ? words : looked.rare }, { fitting, ...page });
}

type Wanted = Page & Readonly<{ fitting: SQL | undefined }>;

/** The newest that fit but for the words. */
const newest = (fitting: SQL | undefined, limit: number) =>
  sql`select id from ${payment} where ${fitting ?? sql`true`} order by id desc limit ${limit}`;

/**
 * Looks at some of the newest. @returns those of them that have the words, whether there are no others that fit, and the
 * words that are rare among them.
 */
async function look(db: Queryable, words: readonly string[], { fitting, limit }: Wanted) {
  const count = limit * LOOKED_AT;
  const { rows } = await db.execute<{ id: number; has: boolean; each: readonly boolean[] }>(sql`
    select id, bool_or(words @@ ${queryOf(words)}) as has,
      array[${sql.join(
        words.map((word) => sql`bool_or(words @@ ${queryOf([word])})`),
        sql`, `,
      )}] as each
    from (${newest(fitting, count)}) newest, lateral (${textsOf(sql`newest.id`)}) texts group by id order by id desc`);
  const rare = words.filter((_, nth) => rows.filter(({ each }) => each[nth]).length < rows.length * COMMON);
  const found = rows.filter(({ has }) => has).slice(0, limit);
  return { found: found.map(({ id }) => id), all: rows.length < count, rare };
}

/** Of more of the newest those that have the words, until there are enough. */
async function lookThrough(db: Queryable, words: readonly string[], { fitting, limit }: Wanted) {
  const through = newest(fitting, limit * LOOKED_THROUGH);
  return idsOf(
    await db.execute(sql`
    select id from (${through}) newest where ${hasWords(words, sql`newest.id`)} order by id desc limit ${limit}`),
  );
}

/**
 * All that have the rare words, by their indexes, and of these the newest that fit and have the others too. Each is looked up
 * by itself: the planner takes them for far more than they are and would read all payments beside them.
 */
async function byIndex(
  db: Queryable,
  { words, rare }: Readonly<Record<"words" | "rare", readonly string[]>>,
  { fitting, limit }: Wanted,
) {
  return idsOf(
    await db.execute(sql`
    select candidate.id from (${having(rare)} order by id desc) candidate,
      lateral (select from ${payment} where id = candidate.id and ${fitting ?? sql`true`}
        and ${hasWords(words, sql`candidate.id`)} offset 0) as fits
    order by candidate.id desc limit ${limit}`),
  );
}

const idsOf = ({ rows }: Readonly<{ rows: readonly Record<string, unknown>[] }>) => rows.map(({ id }) => Number(id));

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
          sql`${payment.id} in (
            select payment_id from ${leg} join ${payoutAccount} on leg_id = ${leg.id} where ${payoutAccount.clabe} = ${clabe})`,
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

/** Each table by its own index: a join of both would have none. */
const having = (words: readonly string[]) => sql`
  select payment_id as id from ${party} where ${searchedWords(SEARCHED.party)} @@ ${queryOf(words)}
  union select payment_id from ${leg} join ${payoutAccount} on leg_id = ${leg.id}
    where ${searchedWords(SEARCHED.payoutAccount)} @@ ${queryOf(words)}
  union select id from ${payment} as searched where ${searchedWords(SEARCHED.payment)} @@ ${queryOf(words)}`;

/** What is searched of one payment, a row for each text. Nothing may take it apart: making the words is what it costs. */
const textsOf = (id: SQL) => sql`
  select ${searchedWords(SEARCHED.payment)} as words from ${payment} as searched where searched.id = ${id}
  union all select ${searchedWords(SEARCHED.party)} from ${party} where payment_id = ${id}
  union all select ${searchedWords(SEARCHED.payoutAccount)} from ${leg} join ${payoutAccount} on leg_id = ${leg.id}
    where payment_id = ${id} offset 0`;

/** Whether one of a payment's texts has all words. */
const hasWords = (words: readonly string[], id: SQL) =>
  sql`exists (select from (${textsOf(id)}) texts where words @@ ${queryOf(words)})`;

/** What Postgres looks for: words that begin so. */
const queryOf = (words: readonly string[]) =>
  sql`to_tsquery('simple', ${words.map((word) => `${word}:*`).join(" & ")})`;

/** The words of a search as the index has them: without accents and signs. */
function wordsOf(text: string): readonly string[] {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.split(/[^a-z0-9]+/).filter((word) => word !== "");
}
