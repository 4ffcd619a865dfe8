import { type Address, getAbiItem, type Hash, zeroAddress } from "viem";
import { mxnbAbi } from "../../abis/mxnb.ts";
import type { Bank } from "../bank.ts";
import { beginOrder } from "../orders/beginOrder.ts";
import { draftTransaction } from "../orders/draftTransaction.ts";

/** Read again with each new head, for transactions that a reorg moved to another block. */
const OVERLAP_BLOCKS = 32n;

/** Bound of one eth_getLogs. */
const BLOCKS_PER_READING = 2_000n;

type Transfer = { hash: Hash; ordinal: number; sender: Address; amountBaseUnits: bigint; blockNumber: bigint };

/** Credits MXNB that arrives at JUNO_WALLET, each transfer once, until the sandbox stops. */
export async function watchDeposits(bank: Bank, fromBlock: bigint): Promise<void> {
  let next = fromBlock;
  for (;;) {
    next = await bank.untilItWorks("read the chain's transfers", () => creditUpToHead(bank, next));
    await bank.work.sleep(bank.delays.chainPollMs);
  }
}

/** Returns the block to go on from. */
async function creditUpToHead(bank: Bank, next: bigint): Promise<bigint> {
  const head = await bank.chain.client.getBlockNumber();
  const deepEnough = head - BigInt(bank.rules.confirmations) + 1n;
  if (deepEnough < next) return next;
  const first = next > OVERLAP_BLOCKS ? next - OVERLAP_BLOCKS : 0n;
  const last = deepEnough < next + BLOCKS_PER_READING ? deepEnough : next + BLOCKS_PER_READING;
  const opened = bank.books.state.opening?.blockNumber ?? 0n;
  // What came before the books were opened is in their opening balance.
  const transfers = await transfersToBank(bank, first > opened ? first : opened + 1n, last);
  for (const transfer of transfers) creditTransfer(bank, transfer);
  return last + 1n;
}

async function transfersToBank(bank: Bank, fromBlock: bigint, toBlock: bigint): Promise<Transfer[]> {
  if (fromBlock > toBlock) return [];
  const logs = await bank.chain.client.getLogs({
    address: bank.chain.mxnb,
    event: getAbiItem({ abi: mxnbAbi, name: "Transfer" }),
    args: { to: bank.chain.wallet.address },
    fromBlock,
    toBlock,
    strict: true,
  });
  const seen = new Map<Hash, number>();
  return logs.map((log) => {
    const ordinal = seen.get(log.transactionHash) ?? 0;
    seen.set(log.transactionHash, ordinal + 1);
    const { from: sender, value: amountBaseUnits } = log.args;
    return { hash: log.transactionHash, ordinal, sender, amountBaseUnits, blockNumber: log.blockNumber };
  });
}

function creditTransfer(bank: Bank, { amountBaseUnits, ...transfer }: Transfer): void {
  const { state } = bank.books;
  const isCredited = state.creditedTransfers.has(`${transfer.hash}:${transfer.ordinal}`);
  // A withdrawal of the bank to itself is a deposit, its own mint is the second half of an issuance.
  const isOwnMint = transfer.sender === zeroAddress && state.signedHashes.has(transfer.hash);
  if (isCredited || isOwnMint || amountBaseUnits === 0n) return;
  const order = { type: "CRYPTO_DEPOSIT", ...transfer } as const;
  const transaction = draftTransaction(bank, {
    order,
    amountBaseUnits,
    fate: bank.dial.drawFate({ endpoint: "CRYPTO_DEPOSIT", amountBaseUnits }, order.type),
  });
  bank.books.record([{ entry: "transaction_opened", transaction }]);
  bank.work.run(beginOrder(bank, transaction.id));
}
