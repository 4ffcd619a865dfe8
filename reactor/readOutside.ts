import type { ChainClient, LaneWallets } from "./chain/client.ts";
import type { SettledPolicy } from "./chain/headPolicy.ts";
import { readHeads } from "./chain/heads.ts";
import { readBalances } from "./chain/readBalances.ts";
import { type ChainMovement, readMovements } from "./chain/readMovements.ts";
import type { JunoClient } from "./juno/client.ts";
import { getBalances } from "./juno/getBalances.ts";
import { getTransaction } from "./juno/getTransaction.ts";
import { listRefunds } from "./juno/listRefunds.ts";
import { listTransactions } from "./juno/listTransactions.ts";
import type { BankRefund, BankReply, BankTransaction } from "./juno/reply.ts";
import { FIRST_ACCOUNT } from "./payments/lanes.ts";
import type { PlaceSums } from "./reconcile/sumWitnesses.ts";
import type { BareWitness } from "./reconcile/witness.ts";
import type { BankDetails } from "./store/reconciliations.ts";

/** From where a reading reads on: the first block, and the bank's transactions from a moment on (unix ms). */
export type Since = Readonly<{ block: bigint; bankMs: number }>;

export type Outside = Readonly<{
  /** All of the chain is told as of this block, which no reorg takes away. */
  block: Readonly<{ number: bigint; hash: string }>;
  witnesses: readonly BareWitness[];
  balances: PlaceSums;
  /** When the bank's balance was asked for, by its own clock, unix ms: the list was read after it. */
  bankBalanceMs: number;
}>;

type World = Readonly<{
  /** Which bank account `juno` reads; the witnesses are its own. */
  account: string;
  juno: JunoClient;
  chain: ChainClient;
  /** Of all of its lanes. */
  wallets: readonly LaneWallets[];
  settled: SettledPolicy;
  /** What is known of transactions that the bank's list tells only in part. */
  details: (ids: readonly string[]) => Promise<ReadonlyMap<string, BankDetails>>;
}>;

/**
 * Reads both outside witnesses from a point on, and what they hold now. Nothing of ours is asked but what the bank's list
 * leaves out and never changes.
 * @throws Error with a sentence when one of them does not answer whole: half a reading would show breaks that are none.
 */
export async function readOutside(world: World, since: Since): Promise<Outside> {
  const [chain, bank] = await Promise.all([readChainSide(world, since.block), readBankSide(world, since.bankMs)]);
  return {
    block: chain.block,
    witnesses: [...bank.witnesses, ...chain.witnesses],
    balances: { juno: bank.balance, ...chain.balances },
    bankBalanceMs: bank.balanceMs,
  };
}

async function readChainSide({ account, chain, wallets, settled }: World, from: bigint) {
  const heads = await readHeads(chain, settled);
  if (heads.outcome !== "done" || heads.settled === null) {
    const why = "message" in heads ? heads.message : "";
    throw new Error(`La cadena no dice hasta dónde es definitiva (${why}). / The chain says nothing settled.`);
  }
  const { number, hash } = heads.settled;
  const [movements, balances] = await Promise.all([
    readMovements(chain, wallets, { from, to: number }),
    readBalances(chain, wallets, number),
  ]);
  return { block: { number, hash }, witnesses: movements.map((one) => ofChain(one, account)), balances };
}

const BLANK = {
  ...{ status: null, amountBaseUnits: null, from: null, to: null, contract: null, escrowId: null },
  ...{ accountId: null, txHash: null, refundOf: null, blockNumber: null },
} as const;

function ofChain({ txHash, logIndex, atMs, ...rest }: ChainMovement, account: string): BareWitness {
  const id = witnessId(account, `${txHash}:${logIndex}`);
  return { ...BLANK, ...rest, id, account, side: "chain", txHash, atMs, changedAtMs: atMs };
}

/** One log between lanes of two accounts is a witness in each one's reading. The first account's are named as before there were others. */
const witnessId = (account: string, log: string) => (account === FIRST_ACCOUNT ? log : `${account}:${log}`);

async function readBankSide(world: World, sinceMs: number) {
  const { account, juno } = world;
  // The balance first: what it does not hold yet, the list shows as younger.
  const balance = heard(await getBalances(juno));
  const listed = heard(await listTransactions(juno, { createdSinceMs: sinceMs })).value;
  const refunds = heard(await listRefunds(juno, { sinceMs })).value;
  const transactions = await withDetails(world, listed);
  return {
    balance: balance.value.mxnbAvailableBaseUnits,
    balanceMs: balance.evidence.sentAtMs,
    witnesses: [...transactions, ...refunds.map((one) => ofRefund(one, account))],
  };
}

/** @throws Error in the bank's or the network's words. */
function heard<T>(reply: BankReply<T>): Extract<BankReply<T>, { outcome: "done" }> {
  if (reply.outcome === "done") return reply;
  throw new Error(`Juno no respondió completo: ${reply.message} / Juno did not answer whole: ${reply.message}`);
}

function ofRefund(
  { id, amountBaseUnits, refundsTransactionId, status, createdAtMs }: BankRefund,
  account: string,
): BareWitness {
  const words = { complete: "COMPLETE", pending: "PENDING", failed: "FAILED" } as const;
  const told = { id, kind: "REFUND", status: words[status], amountBaseUnits, refundOf: refundsTransactionId };
  return { ...BLANK, ...told, account, side: "bank", atMs: createdAtMs, changedAtMs: createdAtMs };
}

type Details = Readonly<{ txHash?: string | null; bankAccountId?: string | null; address?: string | null }>;

/** Amounts and statuses are the list's; what it leaves out is looked up, or asked for where nobody has yet. */
async function withDetails(world: World, listed: readonly BankTransaction[]): Promise<readonly BareWitness[]> {
  const known = await world.details(listed.map(({ id }) => id));
  const asked = await Promise.all(
    listed.map(async (one) => {
      const learnt = known.get(one.id) ?? {};
      if (!lacksDetails(one, { ...learnt, ...present(one) })) return learnt;
      return heard(await getTransaction(world.juno, one.id)).value;
    }),
  );
  return listed.map((one, index) => {
    const { txHash, bankAccountId, address }: Details = { ...asked[index], ...present(one) };
    const { id, type: kind, status, amountBaseUnits, createdAtMs, updatedAtMs } = one;
    const told = { id, kind, status, amountBaseUnits, atMs: createdAtMs, changedAtMs: updatedAtMs };
    const to = address?.toLowerCase() ?? null;
    return {
      ...BLANK,
      ...told,
      account: world.account,
      side: "bank",
      to,
      txHash: txHash ?? null,
      accountId: bankAccountId ?? null,
    };
  });
}

function present({ txHash, bankAccountId, address }: Details): Details {
  return { ...(txHash && { txHash }), ...(bankAccountId && { bankAccountId }), ...(address && { address }) };
}

/** Whether the bank has yet to say which transaction of the chain, or whose account, it was. */
function lacksDetails({ type, status }: BankTransaction, { txHash, bankAccountId }: Details): boolean {
  if (type === "REDEMPTION") return !bankAccountId;
  return (type === "CRYPTO_WITHDRAWAL" || type === "CRYPTO_DEPOSIT") && status === "COMPLETE" && !txHash;
}
