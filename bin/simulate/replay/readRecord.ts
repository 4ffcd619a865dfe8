import { and, asc, eq, gt, inArray, or, sql } from "drizzle-orm";
import { decodeFunctionData, type Hex } from "viem";
import { mxnbAbi } from "../../../abis/mxnb.ts";
import type { Leg } from "../../../reactor/payments/leg.ts";
import type { StoredEvent } from "../../../reactor/store/appendEvent.ts";
import { readBankRows } from "../../../reactor/store/bankFacts.ts";
import { chainEventsIn, isIndexed, readIndexedLogs } from "../../../reactor/store/chainEvents.ts";
import { findChainOf } from "../../../reactor/store/chains.ts";
import type { Database, Queryable } from "../../../reactor/store/database.ts";
import type { FactsContext } from "../../../reactor/store/factsOf.ts";
import { toDebit } from "../../../reactor/store/judgeDebits.ts";
import { accountOf, findAddresses, isOfAccount } from "../../../reactor/store/lanes.ts";
import { toLeg } from "../../../reactor/store/legRow.ts";
import {
  attempt,
  bankReading,
  bankRefund,
  bankTransaction,
  chainTransaction,
  claim,
  event,
  inbox,
  installation,
  killSwitch,
  leg,
  payment,
  payoutAccount,
  ruling,
  screening,
  signer,
  watchedFact,
} from "../../../reactor/store/schema/index.ts";

export type LegRow = typeof leg.$inferSelect;
export type PaymentRecord = NonNullable<Awaited<ReturnType<typeof readRecord>>>;

/** All that the database keeps of one payment, with the moments at which it became known; null for an unknown payment. */
export async function readRecord(db: Database, paymentId: number) {
  const rows = await db.transaction((tx) => readRows(tx, paymentId), {
    isolationLevel: "repeatable read",
    accessMode: "read only",
  });
  if (rows === null) return null;
  // Outside the transaction: none of ours stays open on Ponder's tables.
  const logs = await readLogs(db, rows);
  return { ...rows, logs, places: placesOf(rows) };
}

async function readRows(db: Queryable, paymentId: number) {
  const [terms] = await db.select().from(payment).where(eq(payment.id, paymentId));
  const [installed] = await db.select().from(installation);
  if (terms === undefined || installed === undefined) return null;
  const legs = await db.select().from(leg).where(eq(leg.paymentId, paymentId)).orderBy(asc(leg.id));
  const events = await db.select().from(event).where(eq(event.paymentId, paymentId)).orderBy(asc(event.id));
  const ids = legs.map((row) => row.id);
  const attempts = await db.select().from(attempt).where(inArray(attempt.legId, ids)).orderBy(asc(attempt.id));
  const claims = await db.select().from(claim).where(inArray(claim.legId, ids));
  const own = await db.select().from(chainTransaction).where(inArray(chainTransaction.legId, ids));
  const rulings = await db.select().from(ruling).where(inArray(ruling.legId, ids)).orderBy(asc(ruling.id));
  const watched = await db.select().from(watchedFact).where(inArray(watchedFact.legId, ids));
  const accounts = await db.select().from(payoutAccount).where(inArray(payoutAccount.legId, ids));
  const screenings = await db.select().from(screening).where(inArray(screening.legId, ids)).orderBy(asc(screening.id));
  const account = await accountOf(db, terms.lane);
  const returns = await db
    .select({ data: chainTransaction.data })
    .from(chainTransaction)
    .innerJoin(leg, eq(leg.id, chainTransaction.legId))
    .where(and(eq(chainTransaction.action, "returnToJuno"), isOfAccount(leg.lane, account)))
    .limit(1);
  const lane = await findAddresses(db, terms.lane);
  const signers = await db.select().from(signer);
  const pulls = await db.select().from(killSwitch);
  const bank = await readBankRows(db, account, stagesOf(legs, events), attempts, claims, own);
  const failedIds = attempts.flatMap((row) => row.outsideId ?? []);
  const refunds = await db.select().from(bankRefund).where(inArray(bankRefund.refundOf, failedIds));
  const seen = await db
    .select()
    .from(bankTransaction)
    .where(
      or(
        and(gt(bankTransaction.unexplainedReadings, 0), eq(bankTransaction.account, account)),
        inArray(
          bankTransaction.id,
          bank.map((row) => row.id),
        ),
      ),
    );
  const readings = await db
    .select({ startedAtMs: bankReading.startedAtMs })
    .from(bankReading)
    .where(
      and(
        eq(bankReading.account, account),
        sql`${bankReading.startedAtMs} between ${iso(terms.createdAtMs)} and ${iso(events.at(-1)?.atMs ?? 0)}`,
      ),
    );
  return {
    ...{
      payment: terms,
      installationId: installed.id,
      legs,
      events,
      attempts,
      claims,
      own,
      rulings,
      watched,
      accounts,
      screenings,
    },
    ...{ account, returns, lane, signers, pulls, bank, refunds },
    /** When each bank transaction was first read as it is now. */
    bankReadAtMs: new Map(seen.map((row) => [row.id, row.readAtMs])),
    strays: seen.filter((row) => row.unexplainedReadings > 0).map(toDebit),
    readingsMs: readings.map((row) => row.startedAtMs),
  };
}

type Rows = NonNullable<Awaited<ReturnType<typeof readRows>>>;

const iso = (ms: number) => sql`${new Date(ms).toISOString()}::timestamptz`;

/** Each leg in each of its states, as far as its events tell: in some of them it named what it names no more. */
function stagesOf(legs: readonly LegRow[], events: readonly StoredEvent[]): readonly Leg[] {
  const past = events.flatMap((one) => {
    const row = legs.find(({ id }) => id === one.legId);
    return row ? [{ ...toLeg(row), state: one.data.to as Leg["state"], carried: one.data as Leg["carried"] }] : [];
  });
  return [...legs.map(toLeg), ...past];
}

/** The logs of our transactions, of what the bank named, and of the escrow, each with the moment from which it was there to be read. */
async function readLogs(db: Queryable, { payment: { lane }, own, bank, events }: Rows) {
  const on = await findChainOf(db, lane);
  if (on === null) return [];
  const index = { chainId: on.id, indexSchema: on.indexSchema };
  if (!(await isIndexed(db, index))) return [];
  const logs = await readIndexedLogs(db, index, {
    txHashes: [...own.flatMap((tx) => tx.hash ?? []), ...bank.flatMap((row) => row.txHash ?? [])],
    escrowIds: [...new Set(events.flatMap((one) => one.data.escrowId ?? []))],
  });
  const keys = logs.map((log) => log.key);
  const taken = await db.select().from(inbox).where(inArray(inbox.key, keys));
  const owners = await db.select().from(claim).where(inArray(claim.outsideId, keys));
  const { rows: blocks } = await db.execute<{ number: string; unix_s: string }>(sql`
    select distinct block_number::text as number, block_timestamp::text as unix_s from ${chainEventsIn(index)}
    where block_number = any(${sql.param(logs.map((log) => log.blockNumber.toString()))}::bigint[])`);
  return logs.map((log) => {
    const blockMs = Number(blocks.find((row) => row.number === String(log.blockNumber))?.unix_s ?? 0) * 1_000;
    const takenAtMs = taken.find((row) => row.key === log.key)?.takenAtMs ?? blockMs;
    const owner = owners.find((row) => row.source === "token_transfer" && row.outsideId === log.key);
    // A block tells whole seconds only: its own may have begun before the call that is in it was made.
    const madeAtMs = own.find((tx) => tx.hash === log.txHash)?.createdAtMs ?? 0;
    return { ...log, seenAtMs: Math.max(Math.min(blockMs, takenAtMs), madeAtMs), ownerLegId: owner?.legId ?? null };
  });
}

type Places = Pick<FactsContext, "account" | "bridge" | "junoWallet" | "escrowContract">;

/** The addresses that our own signed calls name; empty where none was signed yet. Lower case. */
function placesOf({ account, own, returns, lane, signers }: Rows): Places {
  const [returned] = returns;
  const transfer = returned && decodeFunctionData({ abi: mxnbAbi, data: returned.data as Hex });
  return {
    account,
    bridge: (own[0]?.signer ?? lane?.bridge ?? signers.at(-1)?.address ?? "").toLowerCase(),
    escrowContract: (own.find((tx) => tx.action === "createEscrow")?.to ?? "").toLowerCase(),
    junoWallet: transfer?.functionName === "transfer" ? transfer.args[0].toLowerCase() : "",
  };
}
