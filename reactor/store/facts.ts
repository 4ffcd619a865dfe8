import { and, desc, eq, inArray, isNull } from "drizzle-orm";
import type { ChainFact, Claims, Facts, OwnTransaction } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO, LARGE_AMOUNT_CENTAVOS } from "../payments/money.ts";
import type { ChainSend } from "../payments/table.ts";
import { type BankRows, readBankRows } from "./bankFacts.ts";
import { readCandidates } from "./candidates.ts";
import { type IndexedHead, type IndexedLog, readIndexedHead, readIndexedLogs } from "./chainEvents.ts";
import type { Database } from "./database.ts";
import { isStale } from "./isStale.ts";
import {
  attempt,
  bankReading,
  bankRefund,
  chainTransaction,
  claim,
  head,
  killSwitch,
  leg,
  payment,
  ruling,
  settledBlock,
} from "./schema/index.ts";

/** What the facts need to know of the world's fixed names and limits. Addresses in lower case. */
export type FactsContext = Readonly<{
  chainId: number;
  confirmations: bigint;
  bridge: string;
  junoWallet: string;
  escrowContract: string;
  token: string;
  keyLifetimeMs: number;
  askBankEveryMs: number;
  /** Facts older than this stop every new movement of money. */
  staleAfterMs: number;
}>;

/**
 * Everything that deciding about these legs takes, read in one pass for the whole batch and outside any transaction.
 * @param nowMs the database's clock at the claim, unix ms.
 */
export async function loadFacts(
  db: Database,
  legs: readonly Leg[],
  context: FactsContext,
  nowMs: number,
): Promise<ReadonlyMap<number, Facts>> {
  const legIds = legs.map((one) => one.id);
  const paymentIds = [...new Set(legs.map((one) => one.paymentId))];
  const payments = await db.select().from(payment).where(inArray(payment.id, paymentIds));
  const siblings = await db.select().from(leg).where(inArray(leg.paymentId, paymentIds));
  const attempts = await db.select().from(attempt).where(inArray(attempt.legId, legIds)).orderBy(attempt.id);
  const claims = await db
    .select()
    .from(claim)
    .where(and(inArray(claim.legId, legIds), isNull(claim.freedAtMs)));
  const own = await db.select().from(chainTransaction).where(inArray(chainTransaction.legId, legIds));
  const rulings = await db
    .select()
    .from(ruling)
    .where(and(inArray(ruling.legId, legIds), isNull(ruling.carriedOutAtMs)))
    .orderBy(ruling.id);

  const bank = await readBankRows(db, legs, attempts, claims, own);
  const now = await readNow(db, context, nowMs);
  const wanted = {
    txHashes: [...own.flatMap((tx) => tx.hash ?? []), ...bank.flatMap((row) => row.txHash ?? [])],
    escrowIds: legs.flatMap((one) => one.carried.escrowId ?? []),
  };
  // Before the index has shown anything its views do not even exist.
  const logs = now.indexed === null ? [] : await readIndexedLogs(db, wanted);
  const taken = await readTakenTransfers(db, logs);
  const blocks = logs.map((log) => log.blockNumber);
  const settled =
    blocks.length === 0 ? [] : await db.select().from(settledBlock).where(inArray(settledBlock.number, blocks));
  const settledHashes = new Set(settled.map((block) => `${block.number}:${block.hash}`));
  const refunds = await readRefunds(db, legs);

  const facts = new Map<number, Facts>();
  for (const one of legs) {
    const terms = payments.find((row) => row.id === one.paymentId);
    if (terms === undefined) throw new Error(`Leg ${one.id} names payment ${one.paymentId}, which is not stored.`);
    const settledHead = one.amountCentavos > LARGE_AMOUNT_CENTAVOS ? now.settledLargeHead : now.settledHead;
    const ownOfLeg = own.filter((tx) => tx.legId === one.id);
    const attemptsOfLeg = attempts.filter((row) => row.legId === one.id && row.generation === one.generation);
    const bankOfLeg = bank.filter((row) => row.legId === one.id);
    const open = openOrder(attemptsOfLeg);
    const looked = open ? await readCandidates(db, one, open, context.bridge) : { candidates: [], rivals: 0, turn: 0 };
    const claimed = (source: string) =>
      claims.find((row) => row.legId === one.id && row.source === source)?.outsideId ?? null;
    const claimsOfLeg: Claims = {
      speiDeposit: claimed("spei_deposit"),
      issuance: claimed("issuance"),
      refund: refunds.find((refund) => refund.legId === one.id)?.id ?? null,
      payoutReturn: claimed("payout_return"),
    };
    facts.set(one.id, {
      nowMs,
      terms: {
        amountCentavos: terms.amountCentavos,
        custodyEndMs: terms.custodyEndMs,
        expiresAtMs: terms.expiresAtMs,
        held: terms.held,
      },
      siblings: siblings.filter((row) => row.paymentId === one.paymentId && row.id !== one.id),
      attempts: attemptsOfLeg,
      ownTransactions: ownOfLeg.map(toOwnTransaction),
      chain: logsOf(one, ownOfLeg, bankOfLeg, logs)
        .filter((log) => (taken.get(log.key) ?? one.id) === one.id)
        .map((log) => toChainFact(log, one, ownOfLeg, { ...now, settledHead }, context, settledHashes)),
      bank: bankOfLeg,
      candidates: looked.candidates,
      rivals: looked.rivals,
      turn: looked.turn,
      claims: claimsOfLeg,
      depositRefunded: bankOfLeg.some((row) => row.link === "spei" && (row.refunded || row.status === "FAILED")),
      settledHead,
      bankReadSinceMs: now.bankReadSinceMs,
      chainTimeMs: now.indexed ? now.indexed.timestampUnixS * 1_000 : null,
      bridge: context.bridge,
      junoWallet: context.junoWallet,
      escrowContract: context.escrowContract,
      guards: { killed: now.killed, staleFacts: now.stale },
      ruling: rulings.find((row) => row.legId === one.id)?.kind ?? null,
      keyLifetimeMs: context.keyLifetimeMs,
      askBankEveryMs: context.askBankEveryMs,
    });
  }
  return facts;
}

/** The leg's order of unknown outcome, by its first sending: what it became may be as old as that. */
function openOrder(attempts: readonly (typeof attempt.$inferSelect)[]) {
  const order = attempts.filter((row) => row.action === attempts.at(-1)?.action);
  if (order.some((row) => row.outcome === "done")) return undefined;
  return order.find((row) => row.outcome === "pending" || row.outcome === "unknown");
}

type OwnRow = typeof chainTransaction.$inferSelect;

const toOwnTransaction = (row: OwnRow): OwnTransaction => ({
  action: row.action as ChainSend,
  generation: row.generation,
  hash: row.hash,
  reverted: row.state === "reverted",
});

function logsOf(one: Leg, own: readonly OwnRow[], bank: BankRows, logs: readonly IndexedLog[]): readonly IndexedLog[] {
  const hashes: ReadonlySet<string | null> = new Set([...own.map((tx) => tx.hash), ...bank.map((row) => row.txHash)]);
  return logs.filter(
    (log) => hashes.has(log.txHash) || (log.escrowId !== null && log.escrowId === one.carried.escrowId),
  );
}

function toChainFact(
  log: IndexedLog,
  { generation }: Leg,
  own: readonly OwnRow[],
  heads: { indexed: IndexedHead | null; settledHead: bigint | null },
  context: FactsContext,
  settledHashes: ReadonlySet<string>,
): ChainFact {
  return {
    ...log,
    contract: log.contract === context.token ? "token" : "escrow",
    soft: heads.indexed !== null && log.blockNumber <= heads.indexed.number - context.confirmations,
    settled:
      heads.settledHead !== null &&
      log.blockNumber <= heads.settledHead &&
      settledHashes.has(`${log.blockNumber}:${log.blockHash}`),
    ours: own.some((tx) => tx.hash === log.txHash),
    current: own.some((tx) => tx.hash === log.txHash && tx.generation === generation),
  };
}

/** Which leg has claimed which Transfer: a log that closed one effect is no evidence for another. */
async function readTakenTransfers(db: Database, logs: readonly IndexedLog[]): Promise<ReadonlyMap<string, number>> {
  const keys = logs.filter((log) => log.kind === "Transfer").map((log) => log.key);
  if (keys.length === 0) return new Map();
  const rows = await db
    .select({ key: claim.outsideId, legId: claim.legId })
    .from(claim)
    .where(and(eq(claim.source, "token_transfer"), inArray(claim.outsideId, keys), isNull(claim.freedAtMs)));
  return new Map(rows.map((row) => [row.key, row.legId]));
}

async function readRefunds(db: Database, legs: readonly Leg[]): Promise<readonly { legId: number; id: string }[]> {
  const wanted = legs.flatMap((one) => {
    const failed = one.state === "failed_withdrawal" ? one.carried.withdrawalId : one.carried.redemptionId;
    const looks = one.state === "failed_withdrawal" || one.state === "failed";
    return looks && failed ? [{ legId: one.id, failed, baseUnits: one.amountCentavos * BASE_UNITS_PER_CENTAVO }] : [];
  });
  if (wanted.length === 0) return [];
  const rows = await db
    .select()
    .from(bankRefund)
    .where(
      inArray(
        bankRefund.refundOf,
        wanted.map((one) => one.failed),
      ),
    );
  return wanted.flatMap(({ legId, failed, baseUnits }) => {
    const refund = rows.find((row) => row.refundOf === failed && row.amountBaseUnits === baseUnits);
    return refund ? [{ legId, id: refund.id }] : [];
  });
}

async function readNow(db: Database, context: FactsContext, nowMs: number) {
  const [switchedOff] = await db.select().from(killSwitch).where(isNull(killSwitch.liftedAtMs)).limit(1);
  const [heads] = await db.select().from(head).where(eq(head.chainId, context.chainId));
  const [reading] = await db.select().from(bankReading).orderBy(desc(bankReading.startedAtMs)).limit(1);
  const indexed = await readIndexedHead(db, context.chainId);
  return {
    killed: switchedOff !== undefined,
    settledHead: heads?.settledNumber ?? null,
    settledLargeHead: heads?.settledLargeNumber ?? null,
    bankReadSinceMs: reading?.startedAtMs ?? null,
    indexed,
    stale: isStale({ head: heads ?? null, indexed, nowMs, staleAfterMs: context.staleAfterMs }),
  };
}
