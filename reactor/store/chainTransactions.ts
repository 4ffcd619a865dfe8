import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import type { SendAction } from "../payments/table.ts";
import { anyOf } from "./anyOf.ts";
import type { Queryable } from "./database.ts";
import { alone } from "./gather.ts";
import { insertOf } from "./insertOf.ts";
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

const UNSIGNED = { state: "reserved", raw: null, hash: null, includedInBlock: null, sentAtMs: null } as const;
const AS_RESERVED = [
  ...(["legId", "action", "generation", "signer", "nonce", "to", "data", "gas", "maxFeePerGas"] as const),
  ...(["maxPriorityFeePerGas", "state"] as const),
];

/** Takes the next nonces for calls, in their order, and stores both: from here on each call has one place in the order, signed or not. */
export async function reserveNonces(
  tx: Queryable,
  calls: readonly (readonly [address: string, call: NewCall])[],
): Promise<readonly ChainTransactionRow[]> {
  const [address] = calls[0] ?? [];
  if (address === undefined) return [];
  if (calls.some(([other]) => other !== address)) throw new Error("Nonces of one signer are taken at a time.");
  const [taken] = await tx
    .update(signer)
    .set({ nextNonce: sql`${signer.nextNonce} + ${calls.length}` })
    .where(eq(signer.address, address))
    .returning({ next: signer.nextNonce });
  if (taken === undefined) throw new Error(`The signer ${address} has no row: the lane was not opened.`);
  const first = taken.next - calls.length;
  const reserved = calls.map(([, call], nth) => ({ ...call, signer: address, nonce: first + nth, ...UNSIGNED }));
  const { rows } = await tx.execute<{ id: number; nonce: number; created_at: string }>(
    sql`${insertOf(chainTransaction, AS_RESERVED, reserved)} returning id, nonce, created_at`,
  );
  const stored = new Map(rows.map((row) => [row.nonce, row]));
  return reserved.map((call) => {
    const row = stored.get(call.nonce);
    if (row === undefined) throw new Error(`The transaction that reserves nonce ${call.nonce} was not stored.`);
    return { ...call, id: row.id, createdAtMs: new Date(row.created_at).getTime() };
  });
}

export const reserveNonce = alone(reserveNonces);

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

type Signed = Readonly<{ id: number; raw: string | null; hash: string | null }>;

/** Stores signed bytes: only then may they leave. */
export async function saveSignatures(db: Queryable, signed: readonly Signed[]): Promise<void> {
  const rows = signed.map(({ id, raw, hash }) => ({ id, raw, hash }));
  await db.execute(sql`
    update kustodia.chain_transaction set raw = signed.raw, hash = signed.hash, state = 'signed'
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) signed(id int, raw text, hash text)
    where chain_transaction.id = signed.id and chain_transaction.raw is null`);
}

export async function saveSent(db: Queryable, ids: readonly number[]): Promise<void> {
  await db
    .update(chainTransaction)
    .set({ state: "sent", includedInBlock: null, sentAtMs: sql`clock_timestamp()` })
    .where(and(anyOf(chainTransaction.id, ids), inArray(chainTransaction.state, ["signed", "sent", "included"])));
}

/** They have receipts; whether for good, the settled head will tell. */
export async function saveIncluded(
  db: Queryable,
  included: readonly Readonly<{ id: number; block: bigint }>[],
): Promise<void> {
  const rows = included.map(({ id, block }) => ({ id, block: String(block) }));
  await db.execute(sql`
    update kustodia.chain_transaction set state = 'included', included_in_block = receipt.block
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) receipt(id int, block bigint)
    where chain_transaction.id = receipt.id`);
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

/** Closes nonces, each by the settled receipt of one of its transactions; its other prices were replaced. */
export async function saveReceipts(
  db: Queryable,
  receipts: readonly Readonly<{ row: ChainTransactionRow; status: "mined" | "reverted" }>[],
): Promise<void> {
  const rows = receipts.map(({ row: { id, signer: address, nonce }, status }) => ({
    id,
    signer: address,
    nonce,
    status,
  }));
  await db.execute(sql`
    update kustodia.chain_transaction own
    set state = case when own.id = receipt.id then receipt.status else 'replaced' end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) receipt(id int, signer text, nonce int, status text)
    where own.signer = receipt.signer and own.nonce = receipt.nonce
      and (own.id = receipt.id or own.state in ('reserved', 'signed', 'sent', 'included'))`);
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
