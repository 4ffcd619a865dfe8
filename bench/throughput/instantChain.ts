import { createHash } from "node:crypto";
import pg from "pg";
import { type Hex, numberToHex, type PublicClient, pad, TransactionReceiptNotFoundError } from "viem";
import { addresses, CHAIN_ID } from "../../bin/simulate/chain/addresses.ts";
import type { ChainClient } from "../../reactor/chain/client.ts";
import type { Signer } from "../../reactor/chain/signer.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import { amountOf } from "./awaitingPayments.ts";

const BLOCK_MS = 50;
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** More than all payments need. The escrow's allowance is as high as its ceiling: no call is made to raise or lower it. */
export const PLENTY_CENTAVOS = 10n ** 15n;
const PLENTY = PLENTY_CENTAVOS * BASE_UNITS_PER_CENTAVO;
const { bridge, escrow, junoWallet, mxnb } = addresses;

type Row = Readonly<Record<"contract" | "kind" | "tx_hash" | "from_address" | "to_address", string | null>> &
  Readonly<{ escrow_id: number | null; amount_base_units: string | null }>;

export type InstantChain = Readonly<{
  client: ChainClient;
  signer: Signer;
  /** A payment of the bank's, out of its wallet. @returns its hash. */
  pay(name: string, to: string, amountBaseUnits: bigint): Hex;
  stop(): Promise<void>;
}>;

/**
 * A chain that takes each transaction at once and mines it into the next block, and the index that shows the block as soon as
 * it is there, in tables with the names of Ponder's views. It stands for both because what is measured is what a payment
 * costs us. Block numbers come from the clock and escrows have their payments' numbers, so that the chains of several
 * processes are one. Signatures are hashes: what a real one costs is in the figures over HTTP and Anvil.
 * @param onCredit told of each transfer to the bank's wallet, mined.
 */
export function openInstantChain(
  databaseUrl: string,
  installationId: string,
  onCredit: (txHash: Hex, amountBaseUnits: bigint) => void,
): InstantChain {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const receipts = new Map<string, bigint>();
  let waiting: (readonly Row[])[] = [];
  let indexed = 0n;

  const head = () => BigInt(Math.floor((Date.now() - EPOCH_MS) / BLOCK_MS));
  const hashOf = (number: bigint) => pad(numberToHex(number));
  const blockOf = (number: bigint) => ({
    number,
    hash: hashOf(number),
    timestamp: BigInt(secondOf(number)),
    baseFeePerGas: 1n,
  });
  const secondOf = (number: bigint) => Math.floor((EPOCH_MS + Number(number) * BLOCK_MS) / 1_000);

  const mine = async () => {
    const mined = waiting;
    waiting = [];
    const number = head();
    const hash = hashOf(number);
    const rows = mined.flatMap((logs) => logs.map((log, log_index) => ({ ...log, log_index })));
    // As Ponder does: the block's rows and the checkpoint in one transaction, and a notification.
    await pool.query(
      `with shown as (insert into chain.chain_event (chain_id, block_number, block_hash, contract, kind, tx_hash, log_index,
          from_address, to_address, escrow_id, amount_base_units)
        select ${CHAIN_ID}, $1, $2, contract, kind, tx_hash, log_index, from_address, to_address, escrow_id, amount_base_units
        from jsonb_to_recordset($3) log(contract text, kind text, tx_hash text, log_index int, from_address text,
          to_address text, escrow_id numeric, amount_base_units numeric)),
      reached as (insert into chain._ponder_checkpoint values (${CHAIN_ID}, $4)
        on conflict (chain_id) do update set latest_checkpoint = greatest(_ponder_checkpoint.latest_checkpoint, excluded.latest_checkpoint))
      select pg_notify('chain_live_query', '')`,
      [number.toString(), hash, JSON.stringify(rows), checkpointOf(secondOf(number), number)],
    );
    indexed = number;
    for (const log of rows) {
      receipts.set(String(log.tx_hash), number);
      if (log.to_address === junoWallet) onCredit(log.tx_hash as Hex, BigInt(log.amount_base_units ?? 0));
    }
  };
  let mining: Promise<void> = Promise.resolve();
  let closed = false;
  const keepMining = async () => {
    while (!closed) {
      const next = new Promise((resolve) => setTimeout(resolve, BLOCK_MS));
      await mine();
      await next;
    }
  };
  mining = keepMining();

  const blockAt = ({ blockNumber, blockTag }: { blockNumber?: bigint; blockTag?: string }) =>
    blockOf(blockNumber ?? (blockTag === "latest" ? head() : indexed));
  const reads = {
    estimateGas: async () => 200_000n,
    estimateMaxPriorityFeePerGas: async () => 1n,
    getBalance: async () => PLENTY,
    getTransactionCount: async () => 0,
    getBlock: async (asked: { blockNumber?: bigint; blockTag?: string }) => blockAt(asked),
    readContract: async ({ functionName, args }: { functionName: string; args?: readonly unknown[] }) => {
      if (functionName === "escrows") return escrowOf(Number(args?.[0]), installationId);
      if (functionName === "paused" || functionName === "isBlacklisted") return false;
      return PLENTY;
    },
    getTransactionReceipt: async ({ hash }: { hash: Hex }) => {
      const block = receipts.get(hash) ?? (await blockOfLog(pool, hash));
      if (block === null) throw new TransactionReceiptNotFoundError({ hash });
      return { status: "success", blockNumber: block, blockHash: hashOf(block), logs: [] };
    },
    sendRawTransaction: async ({ serializedTransaction }: { serializedTransaction: Hex }) => {
      waiting.push(logsOf(serializedTransaction));
      return hashOfBytes(serializedTransaction);
    },
  } as unknown as PublicClient;
  return {
    client: { ...addresses, chainId: CHAIN_ID, endpoints: [reads], reads, timeoutMs: 10_000 },
    signer: {
      address: bridge,
      sign: async ({ nonce, to, data }) => {
        const raw: Hex = `0x${Buffer.from(JSON.stringify({ nonce, to, data })).toString("hex")}`;
        return { raw, hash: hashOfBytes(raw) };
      },
    },
    pay: (name, to, amountBaseUnits) => {
      const hash = hashOfBytes(name);
      waiting.push([transfer(hash, junoWallet, to, amountBaseUnits)]);
      return hash;
    },
    stop: async () => {
      closed = true;
      await mining;
      await pool.end();
    },
  };
}

/** As much of Ponder's views as the store reads, as tables. */
export async function provideIndex(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client
    .query(`create schema chain;
    create table chain.chain_event (chain_id int, contract text, kind text, tx_hash text, log_index int, block_number bigint,
      block_hash text, escrow_id numeric(78, 0), from_address text, to_address text, amount_base_units numeric(78, 0),
      primary key (block_number, tx_hash, log_index));
    create index on chain.chain_event (tx_hash);
    create index on chain.chain_event (escrow_id);
    create table chain._ponder_checkpoint (chain_id int primary key, latest_checkpoint text)`)
    .finally(() => client.end());
}

const hashOfBytes = (bytes: string): Hex => `0x${createHash("sha256").update(bytes).digest("hex")}`;

/** As Ponder writes it: time, chain and block, each of its width. */
const checkpointOf = (unixS: number, number: bigint) =>
  String(unixS).padStart(10, "0") + String(CHAIN_ID).padStart(16, "0") + String(number).padStart(16, "0");

async function blockOfLog(pool: pg.Pool, hash: string): Promise<bigint | null> {
  const { rows } = await pool.query("select block_number from chain.chain_event where tx_hash = $1 limit 1", [hash]);
  return rows[0] ? BigInt(rows[0].block_number) : null;
}

function escrowOf(paymentId: number, installationId: string) {
  const amount = amountOf(paymentId) * BASE_UNITS_PER_CENTAVO;
  return [bridge, bridge, amount, 0n, "", "", 1, `kustodia:${installationId.slice(0, 8)}:${paymentId}`, mxnb];
}

const SELECTORS = { approve: "0x095ea7b3", createEscrow: "0x488ec89e", transfer: "0xa9059cbb" };

/** What a transaction leaves in the chain, read off its bytes. */
function logsOf(raw: Hex): readonly Row[] {
  const { data } = JSON.parse(Buffer.from(raw.slice(2), "hex").toString()) as { data: string };
  const hash = hashOfBytes(raw);
  const word = (nth: number) => BigInt(`0x${data.slice(10 + nth * 64, 74 + nth * 64)}`);
  if (data.startsWith(SELECTORS.approve)) return [];
  if (data.startsWith(SELECTORS.transfer)) return [transfer(hash, bridge, junoWallet, word(1))];
  if (data.startsWith(SELECTORS.createEscrow)) {
    const [, id] = /kustodia:[0-9a-f]{8}:(\d+)/.exec(Buffer.from(data.slice(10), "hex").toString("latin1")) ?? [];
    return [
      ...[ofEscrow(hash, "EscrowCreated", Number(id)), ofEscrow(hash, "EscrowFunded", Number(id))],
      transfer(hash, bridge, escrow, word(3)),
    ];
  }
  const id = Number(word(0));
  return [ofEscrow(hash, "EscrowReleased", id), transfer(hash, escrow, bridge, amountOf(id) * BASE_UNITS_PER_CENTAVO)];
}

const ofEscrow = (tx_hash: string, kind: string, escrow_id: number): Row => ({
  ...{ contract: escrow, kind, tx_hash, from_address: null, to_address: null, escrow_id, amount_base_units: null },
});

const transfer = (tx_hash: string, from_address: string, to_address: string, amount: bigint): Row => ({
  ...{ contract: mxnb, kind: "Transfer", tx_hash, from_address, to_address },
  ...{ escrow_id: null, amount_base_units: String(amount) },
});
