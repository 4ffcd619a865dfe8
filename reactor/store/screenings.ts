import { sql } from "drizzle-orm";
import { maskClabe } from "../payments/clabe.ts";
import type { Leg } from "../payments/leg.ts";
import type { Payee } from "../payments/payee.ts";
import { DAY_MS } from "../payments/table.ts";
import { appendEvents, type StoredEvent } from "./appendEvent.ts";
import type { Queryable } from "./database.ts";
import { screening } from "./schema/index.ts";

type Verdict = (typeof screening.$inferSelect)["verdict"];

/** The last answer that counts for a payout's account in force. */
export type LastScreening = Readonly<{
  legId: number;
  verdict: Verdict;
  reference: string | null;
  askAgainAtMs: number | null;
}>;

/** A payout that only the check of names and sanctions still holds, with what the check is told of it. */
export type Unscreened = Readonly<{
  legId: number;
  paymentId: number;
  externalId: string | null;
  generation: number;
  amountCentavos: bigint;
  payee: Payee;
  accountId: number;
  accountVersion: number;
  legalName: string;
  clabe: string;
  /** How many of its answers in a row were none that we understand. */
  unknowns: number;
  /** What it was answered last; null before the first answer. */
  lastVerdict: Verdict | null;
}>;

export type ScreeningAnswer = Readonly<{
  verdict: Verdict;
  reference: string | null;
  reason: string | null;
  answeredBy: string;
}>;

/** A clearance counts for a day, and is asked for anew if its payout is still there then: the lists that it was held to change. */
const CLEAR_COUNTS_MS = DAY_MS;

/** The account in force of each payout that is ready, beside the answers that are of just this account, amount and generation. */
const READY = sql`
  kustodia.leg leg
  cross join lateral (
    select id, version, legal_name, clabe from kustodia.payout_account
    where leg_id = leg.id and payee = leg.payee order by version desc limit 1) account
  left join lateral (
    select id, verdict, reference, ask_again_at from kustodia.screening
    where leg_id = leg.id and account_id = account.id and generation = leg.generation
      and amount_centavos = leg.amount_centavos
    order by id desc limit 1) last on true`;

/** What the check last said of those of these legs that are payouts ready to leave. */
export async function readScreenings(db: Queryable, legs: readonly Leg[]): Promise<readonly LastScreening[]> {
  const ready = legs.filter(({ kind, state }) => kind === "payout" && state === "ready").map(({ id }) => id);
  if (ready.length === 0) return [];
  const { rows } = await db.execute<{ id: number; verdict: Verdict; reference: string | null; ms: string | null }>(sql`
    select leg.id, last.verdict, last.reference, floor(extract(epoch from last.ask_again_at) * 1000)::text as ms
    from ${READY} where leg.id = any(${sql.param(ready)}::int[]) and last.id is not null`);
  return rows.map(({ id: legId, ms, ...last }) => ({ legId, ...last, askAgainAtMs: ms === null ? null : Number(ms) }));
}

/** The next payouts that the check must be asked about now, longest ready first. */
export async function listUnscreened(db: Queryable, limit: number): Promise<readonly Unscreened[]> {
  const { rows } = await db.execute<UnscreenedRow>(sql`
    select leg.id, leg.payment_id, payment.external_id, leg.generation, leg.amount_centavos::text as amount, leg.payee,
      account.id as account_id, account.version, account.legal_name, account.clabe, last.verdict,
      (select count(*)::int from kustodia.screening asked where asked.leg_id = leg.id and asked.verdict = 'unknown'
        and asked.id > coalesce((select max(told.id) from kustodia.screening told
          where told.leg_id = leg.id and told.verdict <> 'unknown'), 0)) as unknowns
    from ${READY} join kustodia.payment payment on payment.id = leg.payment_id
    where leg.kind = 'payout' and leg.state = 'ready' and leg.reason in ('unscreened', 'screening_hold')
      and (last.id is null or last.ask_again_at <= now())
    order by leg.entered_at, leg.id limit ${limit}`);
  return rows.map((row) => ({
    legId: row.id,
    paymentId: row.payment_id,
    externalId: row.external_id,
    generation: row.generation,
    amountCentavos: BigInt(row.amount),
    payee: row.payee,
    accountId: row.account_id,
    accountVersion: row.version,
    legalName: row.legal_name,
    clabe: row.clabe,
    unknowns: row.unknowns,
    lastVerdict: row.verdict,
  }));
}

type UnscreenedRow = {
  id: number;
  payment_id: number;
  external_id: string | null;
  generation: number;
  amount: string;
  payee: Payee;
  account_id: number;
  version: number;
  legal_name: string;
  clabe: string;
  verdict: Verdict | null;
  unknowns: number;
};

/**
 * Stores what was answered about a payout and wakes its leg. It counts for the account, amount and generation that were asked
 * about: if these have changed meanwhile it is history and no more.
 * @param askAgainInMs after which it is asked again if it did not decide.
 * @returns the event; none where the answer is the one before, or is none.
 */
export async function saveScreening(
  tx: Queryable,
  asked: Pick<
    Unscreened,
    "legId" | "paymentId" | "accountId" | "generation" | "amountCentavos" | "clabe" | "lastVerdict"
  >,
  answer: ScreeningAnswer,
  askAgainInMs: number,
): Promise<readonly StoredEvent[]> {
  const { legId, paymentId, accountId, generation, amountCentavos } = asked;
  const inMs = { clear: CLEAR_COUNTS_MS, refuse: null, hold: askAgainInMs, unknown: askAgainInMs }[answer.verdict];
  const askAgainAtMs = inMs === null ? null : sql`clock_timestamp() + ${inMs} * interval '1 ms'`;
  await tx.insert(screening).values({ legId, accountId, generation, amountCentavos, ...answer, askAgainAtMs });
  await tx.execute(sql`
    update kustodia.leg set due_at = now(), woken_at = clock_timestamp()
    where id = ${legId} and kind = 'payout' and state = 'ready'`);
  if (answer.verdict === "unknown" || answer.verdict === asked.lastVerdict) return [];
  const data = { verdict: answer.verdict, reference: answer.reference ?? "—", clabe: maskClabe(asked.clabe) };
  return appendEvents(tx, [{ paymentId, legId, type: "verificacion_respondida", data, actor: answer.answeredBy }]);
}
