import { and, asc, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { SendAction } from "../payments/table.ts";
import type { Queryable } from "./database.ts";
import { chainTransaction, signer } from "./schema/index.ts";

export type ChainTransactionRow = typeof chainTransaction.$inferSelect;

export type NewCall = Readonly<{
  legId: number | null;
  action: SendAction | "approve";
  generation: number;
  to: string;
  data: string;
  gas: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}>;

const UNSEEN = ["reserved", "signed", "sent"] as const;
const OPEN = [...UNSEEN, "included"] as const;

/** Makes the signer's row, at the chain's nonce, if this database has none yet. @returns our next nonce. */
export async function ensureSigner(tx: Queryable, address: string, chainNonce: number): Promise<number> {
  await tx.insert(signer).values({ address, nextNonce: chainNonce }).onConflictDoNothing();
  const [row] = await tx.select().from(signer).where(eq(signer.address, address));
  if (row === undefined) throw new Error(`The signer ${address} was not stored.`);
  return row.nextNonce;
}

/** Takes the next nonce for a call and stores both: from here on the call has one place in the order, signed or not. */
export async function reserveNonce(tx: Queryable, address: string, call: NewCall): Promise<ChainTransactionRow> {
  const [taken] = await tx
    .update(signer)
    .set({ nextNonce: sql`${signer.nextNonce} + 1` })
    .where(eq(signer.address, address))
    .returning({ next: signer.nextNonce });
  if (taken === undefined) throw new Error(`The signer ${address} has no row: the lane was not opened.`);
  const [row] = await tx
    .insert(chainTransaction)
    .values({ ...call, signer: address, nonce: taken.next - 1, state: "reserved" })
    .returning();
  if (row === undefined) throw new Error("The reserved transaction was not stored.");
  return row;
}

/** Our transactions that are not known to be mined, in nonce order; bumps of one nonce by price. */
export async function openTransactions(db: Queryable, address: string): Promise<readonly ChainTransactionRow[]> {
  return db
    .select()
    .from(chainTransaction)
    .where(and(eq(chainTransaction.signer, address), inArray(chainTransaction.state, [...OPEN])))
    .orderBy(asc(chainTransaction.nonce), asc(chainTransaction.maxFeePerGas));
}

/** How many nonces are on their way, without a receipt. */
export async function inFlight(db: Queryable, address: string): Promise<number> {
  const [row] = await db
    .select({ nonces: sql<string>`count(distinct ${chainTransaction.nonce})` })
    .from(chainTransaction)
    .where(and(eq(chainTransaction.signer, address), inArray(chainTransaction.state, [...UNSEEN])));
  return Number(row?.nonces ?? 0);
}

/** Stores the signed bytes: only then may they leave. */
export async function saveSignature(db: Queryable, id: number, signed: { raw: string; hash: string }): Promise<void> {
  await db
    .update(chainTransaction)
    .set({ ...signed, state: "signed" })
    .where(and(eq(chainTransaction.id, id), isNull(chainTransaction.raw)));
}

export async function saveSent(db: Queryable, id: number): Promise<void> {
  await db
    .update(chainTransaction)
    .set({ state: "sent", includedInBlock: null, sentAtMs: sql`clock_timestamp()` })
    .where(and(eq(chainTransaction.id, id), inArray(chainTransaction.state, ["signed", "sent", "included"])));
}

/** It has a receipt; whether for good, the settled head will tell. */
export async function saveIncluded(db: Queryable, id: number, block: bigint): Promise<void> {
  await db
    .update(chainTransaction)
    .set({ state: "included", includedInBlock: block })
    .where(eq(chainTransaction.id, id));
}

/** The same nonce and the same call at a higher price: another hash of the same effect. */
export async function reserveBump(
  db: Queryable,
  row: ChainTransactionRow,
  fees: { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint },
): Promise<void> {
  const { legId, action, generation, signer: address, nonce, to, data, gas } = row;
  await db
    .insert(chainTransaction)
    .values({ legId, action, generation, signer: address, nonce, to, data, gas, ...fees, state: "reserved" })
    .onConflictDoNothing();
}

/** Closes a nonce by the settled receipt of one of its transactions; its other prices were replaced. */
export async function saveReceipt(
  db: Queryable,
  mined: ChainTransactionRow,
  status: "mined" | "reverted",
): Promise<void> {
  await db.update(chainTransaction).set({ state: status }).where(eq(chainTransaction.id, mined.id));
  await db
    .update(chainTransaction)
    .set({ state: "replaced" })
    .where(
      and(
        eq(chainTransaction.signer, mined.signer),
        eq(chainTransaction.nonce, mined.nonce),
        inArray(chainTransaction.state, [...OPEN]),
      ),
    );
}

/** The newest approval of the standing allowance; the lane looks whether one is on its way. */
export async function lastApproval(db: Queryable, address: string): Promise<ChainTransactionRow | null> {
  const [row] = await db
    .select()
    .from(chainTransaction)
    .where(and(eq(chainTransaction.signer, address), eq(chainTransaction.action, "approve")))
    .orderBy(desc(chainTransaction.id))
    .limit(1);
  return row ?? null;
}
