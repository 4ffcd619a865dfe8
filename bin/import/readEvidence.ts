import type { Hex } from "viem";
import { type ChainClient, read } from "../../reactor/chain/client.ts";
import { readHeads } from "../../reactor/chain/heads.ts";
import { type EscrowOnChain, readEscrow } from "../../reactor/chain/readEscrow.ts";
import { type ChainMovement, readMovements } from "../../reactor/chain/readMovements.ts";
import { getTransaction } from "../../reactor/juno/getTransaction.ts";
import { listBankAccounts } from "../../reactor/juno/listBankAccounts.ts";
import { listTransactions } from "../../reactor/juno/listTransactions.ts";
import type { BankAccount, BankReply, BankTransaction } from "../../reactor/juno/reply.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import type { Reconciler } from "../../reactor/readThreeBooks.ts";
import type { ExportedPayment } from "./exportedPayment.ts";

/** A transaction of the chain as it was signed; addresses in lower case, amounts wei. */
export type SignedCall = Readonly<{
  hash: string;
  from: string;
  to: string;
  nonce: number;
  data: string;
  gas: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  blockNumber: bigint;
}>;

/** All that bank and chain show of the rows. */
export type Evidence = Readonly<{
  transactions: readonly BankTransaction[];
  accounts: readonly BankAccount[];
  /** By escrow id; null for one that was never created. */
  escrows: ReadonlyMap<string, EscrowOnChain | null>;
  movements: readonly ChainMovement[];
  calls: ReadonlyMap<string, SignedCall>;
  places: Readonly<{ bridge: string; escrow: string; junoWallet: string; mxnb: string }>;
}>;

/** How far the bank's clock may be from theirs, and a deposit before its payment's row. */
const BEFORE_MS = 86_400_000;

/**
 * Asks bank and chain what they show of these payments. Nothing of ours is asked, and nothing is written.
 * @throws Error with a sentence when one of them does not answer whole: half a reading would prove what is not so.
 */
export async function readEvidence(
  { juno, chain, settled, startBlock }: Reconciler,
  payments: readonly ExportedPayment[],
): Promise<Evidence> {
  const sinceMs = payments.reduce((oldest, { created_at }) => Math.min(oldest, created_at), Date.now()) - BEFORE_MS;
  const listed = heard(await listTransactions(juno, { createdSinceMs: sinceMs }));
  const amounts = new Set(payments.flatMap(amountsOf));
  const transactions: BankTransaction[] = [];
  for (const one of listed) {
    // Of other amounts nothing is asked: they are no payment's of the file.
    if (amounts.has(one.amountBaseUnits)) transactions.push(heard(await getTransaction(juno, one.id)));
  }
  const heads = await readHeads(chain, settled);
  if (heads.outcome !== "done" || heads.settled === null) {
    throw new Error("La cadena no dice hasta dónde es definitiva. / The chain says nothing settled.");
  }
  const movements = await readMovements(chain, [chain], { from: startBlock, to: heads.settled.number });
  const ids = [...new Set(payments.flatMap((one) => one.smart_contract_escrow_id ?? []))];
  const escrows = new Map<string, EscrowOnChain | null>();
  for (const id of ids) escrows.set(id, await readEscrow(chain, BigInt(id), { blockNumber: heads.settled.number }));
  const hashes = new Set(movements.flatMap((one) => (isAboutThese(one, ids, amounts, chain) ? [one.txHash] : [])));
  const calls = new Map<string, SignedCall>();
  for (const hash of hashes) calls.set(hash, await readCall(chain, hash));
  const { bridge, escrow, junoWallet, mxnb } = chain;
  return {
    ...{ transactions, accounts: heard(await listBankAccounts(juno)), escrows, movements, calls },
    places: { bridge, escrow, junoWallet, mxnb },
  };
}

/** In base units: what came in, what was held, what was not. */
function amountsOf({ amount, custody_amount }: ExportedPayment): readonly bigint[] {
  const held = custody_amount ?? amount;
  return [amount, held, amount - held].map((centavos) => centavos * BASE_UNITS_PER_CENTAVO);
}

/** What an escrow of theirs says, and what goes from the bridge to Juno. */
function isAboutThese(
  { escrowId, from, to, amountBaseUnits }: ChainMovement,
  escrowIds: readonly string[],
  amounts: ReadonlySet<bigint>,
  { bridge, junoWallet }: ChainClient,
): boolean {
  if (escrowId !== null) return escrowIds.includes(escrowId);
  return from === bridge && to === junoWallet && amountBaseUnits !== null && amounts.has(amountBaseUnits);
}

async function readCall(chain: ChainClient, hash: string): Promise<SignedCall> {
  const sent = await read(chain, `transacción ${hash}`, (rpc) => rpc.getTransaction({ hash: hash as Hex }));
  if (sent.blockNumber === null) throw new Error(`La transacción ${hash} no está en un bloque. / It is in no block.`);
  const price = sent.gasPrice ?? 0n;
  return {
    ...{ hash, from: sent.from.toLowerCase(), to: (sent.to ?? "").toLowerCase() },
    ...{ nonce: sent.nonce, data: sent.input, gas: sent.gas, blockNumber: sent.blockNumber },
    maxFeePerGas: sent.maxFeePerGas ?? price,
    maxPriorityFeePerGas: sent.maxPriorityFeePerGas ?? price,
  };
}

function heard<T>(reply: BankReply<T>): T {
  if (reply.outcome === "done") return reply.value;
  throw new Error(`Juno no respondió completo: ${reply.message} / Juno did not answer whole: ${reply.message}`);
}
