import { encodeAbiParameters, encodeEventTopics, type Hex, numberToHex, pad, toHex } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import type { BankTx } from "../../bin/simulate/bank/records.ts";
import { balancesJson, detailJson, springPage, summaryJson } from "../../bin/simulate/bank/wire.ts";
import { addresses } from "../../bin/simulate/chain/addresses.ts";
import type { Send } from "../../reactor/juno/client.ts";

const BASE_UNITS_PER_CENTAVO = 10_000n;
const BLOCKS_A_PAYMENT = 4;

type Log = Readonly<{ address: Hex; topics: readonly Hex[]; data: Hex; hash: Hex; block: number; logIndex: number }>;

/**
 * What bank and chain show of as many settled payments as they are told of, by the wire formats of both. It stands for
 * them because a real Anvil takes hours to mine what 10,000 payments leave behind, and because what is measured is what a
 * reading costs us: its calls are counted where they leave, and each costs a real one's latency on top.
 */
export function settledOutside({ beginMs, everyMs }: Readonly<{ beginMs: number; everyMs: number }>) {
  const transactions: BankTx[] = [];
  const logs: Log[] = [];
  let payments = 0;
  const head = () => (payments + 1) * BLOCKS_A_PAYMENT - 1;

  function settle(upTo: number): void {
    for (let n = payments + 1; n <= upTo; n++) {
      const amount = BigInt(10_000 + (n % 500)) * BASE_UNITS_PER_CENTAVO;
      transactions.push(...bankOf(n, amount, beginMs + n * everyMs));
      logs.push(...logsOf(n, amount));
    }
    payments = upTo;
  }

  const send: Send = (url) => {
    const answer = (text: string) => Promise.resolve({ httpStatus: 200, retryAfter: null, text, tooLong: false });
    const [, id] = /^\/mint_platform\/v1\/transactions\/([^/]+)$/.exec(url.pathname) ?? [];
    if (id !== undefined) return answer(detailJson(found(transactions.find((tx) => tx.id === id))));
    switch (url.pathname) {
      case "/mint_platform/v1/transactions": {
        const fromMs = Date.parse(url.searchParams.get("iso_date_from") ?? "");
        const first = transactions.findIndex(({ createdAtMs }) => createdAtMs >= fromMs);
        return answer(springPage(first < 0 ? [] : transactions.slice(first), summaryJson, url.searchParams));
      }
      case "/mint_platform/v1/balances":
        return answer(balancesJson(0n));
      default:
        return answer(springPage([], String, url.searchParams));
    }
  };

  const blockAt = (number: number) => ({
    number: toHex(number),
    hash: hashOf(number, 9),
    timestamp: toHex(Math.floor((beginMs + (number / BLOCKS_A_PAYMENT) * everyMs) / 1_000)),
    transactions: [],
  });
  const answerRpc = (method: string, [asked]: readonly unknown[]): unknown => {
    switch (method) {
      case "eth_getBlockByNumber":
        return blockAt(typeof asked === "string" && asked.startsWith("0x") ? Number(asked) : head());
      case "eth_getLogs":
        return logsLike(logs, asked as Filter);
      case "eth_call":
        return NOTHING_TWICE;
      default:
        throw new Error(`The settled chain has no ${method}.`);
    }
  };
  const fetchRpc: typeof fetch = async (_, request) => {
    const { id, method, params } = JSON.parse(String(request?.body)) as {
      id: number;
      method: string;
      params: unknown[];
    };
    return Response.json({ jsonrpc: "2.0", id, result: answerRpc(method, params) });
  };
  return { settle, send, fetchRpc };
}

const found = (tx: BankTx | undefined): BankTx => {
  if (tx === undefined) throw new Error("The settled bank has no such transaction.");
  return tx;
};

const hashOf = (n: number, kind: number): Hex => pad(toHex(n * 10 + kind));

function bankOf(n: number, amountBaseUnits: bigint, at: number): readonly BankTx[] {
  const blank = { txHash: null, refunded: false, key: null, clabe: null, accountId: null, address: null, fid: null };
  const common = { ...blank, status: "COMPLETE", amountBaseUnits, createdAtMs: at, updatedAtMs: at } as const;
  const plain = { ...common, shownBackwards: false, listed: null };
  return [
    { ...plain, id: `iss-${n}`, type: "ISSUANCE" },
    { ...plain, id: `wd-${n}`, type: "CRYPTO_WITHDRAWAL", txHash: hashOf(n, 1), address: addresses.bridge },
    { ...plain, id: `cd-${n}`, type: "CRYPTO_DEPOSIT", txHash: hashOf(n, 4) },
    { ...plain, id: `rd-${n}`, type: "REDEMPTION", accountId: `account-${n % 700}` },
  ];
}

function logsOf(n: number, amount: bigint): readonly Log[] {
  const { bridge, escrow, junoWallet } = addresses;
  const escrowId = BigInt(n);
  const transfer = (from: Hex, to: Hex) => ({
    address: addresses.mxnb,
    topics: encodeEventTopics({ abi: mxnbAbi, eventName: "Transfer", args: { from, to } }) as Hex[],
    data: encodeAbiParameters([{ type: "uint256" }], [amount]),
  });
  const word = (eventName: "EscrowFunded" | "EscrowReleased", data: Hex) => ({
    address: escrow,
    topics: encodeEventTopics({ abi: kustodiaEscrowAbi, eventName, args: { escrowId } }) as Hex[],
    data,
  });
  const inBlock = (kind: number, those: readonly Omit<Log, "hash" | "block" | "logIndex">[]) =>
    those.map((log, logIndex) => ({ ...log, logIndex, hash: hashOf(n, kind), block: n * BLOCKS_A_PAYMENT + kind - 1 }));
  const funded = encodeAbiParameters([{ type: "uint256" }], [amount]);
  return [
    ...inBlock(1, [transfer(junoWallet, bridge)]),
    ...inBlock(2, [transfer(bridge, escrow), word("EscrowFunded", funded)]),
    ...inBlock(3, [transfer(escrow, bridge), word("EscrowReleased", "0x")]),
    ...inBlock(4, [transfer(bridge, junoWallet)]),
  ];
}

type Filter = Readonly<{
  /** One contract, or any of several. */
  address: Hex | readonly Hex[];
  fromBlock: Hex;
  toBlock: Hex;
  topics?: readonly (Hex | readonly Hex[] | null)[];
}>;

function logsLike(logs: readonly Log[], { address, fromBlock, toBlock, topics = [] }: Filter) {
  const fits = (log: Log) =>
    log.block >= Number(fromBlock) &&
    log.block <= Number(toBlock) &&
    [address].flat().some((one) => one.toLowerCase() === log.address) &&
    topics.every((wanted, place) => wanted === null || [wanted].flat().includes(log.topics[place] as Hex));
  return logs.filter(fits).map((log) => ({
    ...{ address: log.address, topics: log.topics, data: log.data, transactionHash: log.hash, removed: false },
    ...{ blockNumber: numberToHex(log.block), blockHash: hashOf(log.block, 9), transactionIndex: "0x0" },
    logIndex: numberToHex(log.logIndex),
  }));
}

/** Two balances of nothing, as the bundled call answers: what came has left again. */
const NOTHING_TWICE = encodeAbiParameters(
  [
    {
      type: "tuple[]",
      components: [
        { name: "success", type: "bool" },
        { name: "returnData", type: "bytes" },
      ],
    },
  ],
  [Array.from({ length: 2 }, () => ({ success: true, returnData: pad("0x0") }))],
);
