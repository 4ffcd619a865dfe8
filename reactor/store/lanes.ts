import { type AnyColumn, and, count, eq, inArray, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { PinnedAddresses } from "../payments/controls.ts";
import { type LaneAddresses, type LaneState, leastLoaded } from "../payments/lanes.ts";
import { readControls } from "./controls.ts";
import type { Queryable } from "./database.ts";
import { isOpen, lane, payment } from "./schema/index.ts";
import { LOCKS } from "./withLock.ts";

/** A lane as it is now. Addresses in lower case; null before its first reactor was started. */
export type Lane = typeof lane.$inferSelect & Readonly<{ openPayments: number; addresses: PinnedAddresses | null }>;

/** Whether a lane, by its name in this column, is one of a bank account's. */
export const isOfAccount = (name: AnyColumn, account: string): SQL =>
  sql`${name} in (select name from kustodia.lane where account = ${account})`;

/** The bank accounts that an open or a draining lane uses, in a column `account`. */
export const ACCOUNTS_IN_USE = sql`(select distinct account from kustodia.lane where state in ('open', 'draining'))`;

/** The bank account of a lane. @throws Error for a lane that there is not. */
export async function accountOf(db: Queryable, name: string): Promise<string> {
  const [row] = await db.select({ account: lane.account }).from(lane).where(eq(lane.name, name));
  if (row === undefined) throw new Error(`There is no lane ${name}.`);
  return row.account;
}

/** All lanes, with how many payments each has that have not ended. */
export async function readLanes(db: Queryable): Promise<readonly Lane[]> {
  const rows = await db.select().from(lane).orderBy(lane.name);
  const loads = await readLoads(db);
  const lanes: Lane[] = [];
  for (const row of rows) lanes.push({ ...row, ...(await findStanding(db, row.name, loads)) });
  return lanes;
}

/** @returns null for one that there is not. */
export async function findLane(db: Queryable, name: string): Promise<Lane | null> {
  const [row] = await db.select().from(lane).where(eq(lane.name, name));
  return row === undefined ? null : { ...row, ...(await findStanding(db, name, await readLoads(db))) };
}

const findStanding = async (db: Queryable, name: string, loads: ReadonlyMap<string, number>) => ({
  openPayments: loads.get(name) ?? 0,
  addresses: await findAddresses(db, name),
});

/** The addresses that are in force for a lane; null for one that nobody was started for. */
export async function findAddresses(db: Queryable, name: string): Promise<LaneAddresses | null> {
  const inForce = new Map((await readControls(db, name)).map((control) => [control.name, control.value]));
  const [escrowContract, token, bridge, junoWallet] = [
    inForce.get("escrow"),
    inForce.get("mxnb"),
    inForce.get("bridge"),
    inForce.get("juno_wallet"),
  ];
  if (!(escrowContract && token && bridge && junoWallet)) return null;
  return { lane: name, account: await accountOf(db, name), escrowContract, token, bridge, junoWallet };
}

/**
 * The lane of a payment that is being made, among those of the bank account that its money comes to: the open one with the fewest
 * payments that have not ended. It stays open until the transaction ends.
 * @param states which lanes may have it. One that drains may still give back what came to its account.
 * @returns null when there is none.
 */
export async function chooseLane(
  tx: Queryable,
  account: string,
  states: readonly LaneState[] = ["open"],
): Promise<string | null> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${LOCKS.lanes})`);
  const open = await tx
    .select({ name: lane.name })
    .from(lane)
    .where(and(eq(lane.account, account), inArray(lane.state, [...states])));
  // With one lane, which is nearly every system, nothing is counted.
  if (open.length < 2) return open[0]?.name ?? null;
  const loads = await readLoads(tx);
  return leastLoaded(open.map(({ name }) => ({ lane: name, openPayments: loads.get(name) ?? 0 })));
}

/** Whether the lanes that are not retired are on more than one bank account. */
export async function areOnSeveralAccounts(db: Queryable): Promise<boolean> {
  const rows = await db.selectDistinct({ account: lane.account }).from(lane).where(ne(lane.state, "retired"));
  return rows.length > 1;
}

/** The bank accounts that new payments may come to, the one with the fewest payments that have not ended first. */
export async function openAccounts(db: Queryable): Promise<readonly string[]> {
  const open = await db.select({ name: lane.name, account: lane.account }).from(lane).where(eq(lane.state, "open"));
  const accounts = [...new Set(open.map(({ account }) => account))];
  if (accounts.length < 2) return accounts;
  const used = await db.select({ name: lane.name, account: lane.account }).from(lane);
  const loads = await readLoads(db);
  const loadOf = (account: string) =>
    used.reduce((sum, one) => sum + (one.account === account ? (loads.get(one.name) ?? 0) : 0), 0);
  return accounts.toSorted((one, other) => loadOf(one) - loadOf(other) || (one < other ? -1 : 1));
}

/**
 * Makes a lane known for which a reactor is started, on its account and its chain. It sends nothing before two persons have opened
 * it. No other lane becomes known until the transaction ends, so that of two with one signer the second is seen.
 */
export async function proposeLane(tx: Queryable, one: Pick<Lane, "name" | "account" | "chainId">): Promise<void> {
  await lockAlone(tx);
  await tx
    .insert(lane)
    .values({ ...one, state: "proposed" })
    .onConflictDoNothing();
  await tx
    .update(lane)
    .set({ chainId: one.chainId })
    .where(and(eq(lane.name, one.name), isNull(lane.chainId)));
}

type Change = Readonly<{ name: string; from: LaneState; to: LaneState; setBy: readonly string[]; reason: string }>;

/**
 * Puts a lane into another state, once no payment is being given to any lane.
 * @returns how many payments it has that have not ended; null when it is not in the state it is to leave.
 */
export async function changeLane(tx: Queryable, { name, from, to, setBy, reason }: Change): Promise<number | null> {
  await lockAlone(tx);
  const changed = await tx
    .update(lane)
    .set({ state: to, setBy: [...setBy], reason, sinceMs: sql`clock_timestamp()` })
    .where(sql`${lane.name} = ${name} and ${lane.state} = ${from}`)
    .returning({ name: lane.name });
  return changed.length === 0 ? null : ((await readLoads(tx)).get(name) ?? 0);
}

const lockAlone = (tx: Queryable) => tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.lanes})`);

async function readLoads(db: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ name: payment.lane, payments: count() })
    .from(payment)
    .where(isOpen(payment.status))
    .groupBy(payment.lane);
  return new Map(rows.map(({ name, payments }) => [name, payments]));
}
