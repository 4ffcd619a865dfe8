import {
  createPublicClient,
  custom,
  defineChain,
  encodeFunctionResult,
  type Hex,
  numberToHex,
  RpcRequestError,
  zeroAddress,
} from "viem";
import { kustodiaEscrowAbi } from "../../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../../abis/mxnb.ts";
import type { ChainClient } from "../../../reactor/chain/client.ts";
import type { Life } from "../life.ts";
import { addresses, CHAIN_ID } from "./addresses.ts";
import { callsOf, readCall } from "./calls.ts";
import { type Chain, FINALIZED_DEPTH, hashOf, type MinedBlock, SAFE_DEPTH } from "./createChain.ts";
import { encodeLog } from "./encodeLog.ts";

const BASE_FEE_WEI = 100_000_000n;
const GAS = 300_000n;
const STATUSES = ["pending", "funded", "released", "disputed", "cancelled"] as const;

type Asked = Readonly<{ method: string; params?: unknown }>;

/** What may happen to one call on its way to the node and back. */
export type Wire = (method: string, answer: () => unknown) => Promise<unknown>;

/** The real chain client of a reactor, over a node in this process. */
export function chainClientOf(chain: Chain, life: Life, wire: Wire): ChainClient {
  const described = defineChain({
    id: CHAIN_ID,
    name: "simulated",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [] } },
    fees: { baseFeeMultiplier: 2 },
  });
  const request = (asked: Asked) => life.lived(() => wire(asked.method, () => answerOf(chain, asked)));
  const client = createPublicClient({
    chain: described,
    cacheTime: 0,
    transport: custom({ request }, { retryCount: 0 }),
  });
  return { ...addresses, chainId: CHAIN_ID, endpoints: [client], reads: client, timeoutMs: 5_000 };
}

function answerOf(chain: Chain, { method, params }: Asked): unknown {
  const [first, second] = (params ?? []) as readonly unknown[];
  switch (method) {
    case "eth_chainId":
      return numberToHex(CHAIN_ID);
    case "eth_blockNumber":
      return numberToHex(chain.blocks.length - 1);
    case "eth_getBlockByNumber": {
      const block = blockAt(chain, String(first));
      return block ? asBlock(block, chain) : null;
    }
    case "eth_maxPriorityFeePerGas":
      return "0x0";
    case "eth_getBalance":
      return numberToHex(10n ** 20n);
    case "eth_getTransactionCount":
      return numberToHex(blockAt(chain, String(second))?.nonce ?? chain.nonce());
    case "eth_getTransactionReceipt":
      return asReceipt(chain, first as Hex);
    case "eth_estimateGas": {
      const done = chain.ledger.execute(readCall((first as { data: Hex }).data));
      if (!done.ok) throw refusal(method, { code: 3, message: "execution reverted", data: done.data });
      for (const undo of [...done.undo].reverse()) undo();
      return numberToHex(GAS);
    }
    case "eth_call":
      return readContract(chain, first as { to: string; data: Hex });
    case "eth_sendRawTransaction": {
      const said = chain.send(first as Hex);
      if (said !== "accepted") throw refusal(method, { code: -32_000, message: said });
      return hashOf("accepted");
    }
    default:
      throw refusal(method, { code: -32_601, message: `the simulated node has no ${method}` });
  }
}

function blockAt({ blocks }: Chain, at: string): MinedBlock | undefined {
  if (at === "latest" || at === "pending") return blocks.at(-1);
  if (at === "safe") return blocks.at(-1 - SAFE_DEPTH);
  if (at === "finalized") return blocks.at(-1 - FINALIZED_DEPTH);
  return blocks[Number(BigInt(at))];
}

function asBlock(block: MinedBlock, { blocks }: Chain) {
  return {
    ...{ number: numberToHex(block.number), hash: block.hash, timestamp: numberToHex(block.timestampUnixS) },
    parentHash: blocks[Number(block.number) - 1]?.hash ?? hashOf("genesis"),
    ...{ baseFeePerGas: numberToHex(BASE_FEE_WEI), gasLimit: "0x1c9c380", gasUsed: "0x0", transactions: [] },
  };
}

function asReceipt(chain: Chain, hash: Hex) {
  const found = chain.receiptOf(hash);
  if (found === null) return null;
  const { block, ok } = found;
  const place = { transactionHash: hash, blockHash: block.hash, blockNumber: numberToHex(block.number) };
  const logs = found.logs.flatMap((log, index) => {
    const where = { transactionIndex: "0x0", logIndex: numberToHex(index), removed: false };
    const words = encodeLog(log);
    return words ? [{ ...words, ...place, ...where }] : [];
  });
  return {
    ...{ ...place, logs },
    ...{ status: ok ? "0x1" : "0x0", from: addresses.bridge, to: addresses.escrow, transactionIndex: "0x0" },
    ...{ cumulativeGasUsed: "0x0", gasUsed: "0x0", effectiveGasPrice: numberToHex(BASE_FEE_WEI), type: "0x2" },
  };
}

const escrowCall = callsOf(kustodiaEscrowAbi);
const tokenCall = callsOf(mxnbAbi);

function readContract({ ledger }: Chain, { to, data }: { to: string; data: Hex }): Hex {
  if (to.toLowerCase() === addresses.escrow) {
    const { functionName, args } = escrowCall(data);
    if (functionName !== "escrows") throw new Error(`The simulated escrow is not asked for ${functionName}.`);
    const escrow = ledger.escrow(String(args[0]));
    const result = escrow
      ? ([
          ...([escrow.payer, escrow.payee, escrow.amountBaseUnits, BigInt(escrow.deadlineUnixS)] as const),
          ...([escrow.vertical, escrow.clabeReference, STATUSES.indexOf(escrow.status), escrow.conditions] as const),
          escrow.token,
        ] as const)
      : ([zeroAddress, zeroAddress, 0n, 0n, "", "", 0, "", zeroAddress] as const);
    return encodeFunctionResult({ abi: kustodiaEscrowAbi, functionName, result });
  }
  const { functionName, args } = tokenCall(data);
  switch (functionName) {
    case "balanceOf":
      return encodeFunctionResult({ abi: mxnbAbi, functionName, result: ledger.balanceOf(args[0].toLowerCase()) });
    case "allowance":
      return encodeFunctionResult({ abi: mxnbAbi, functionName, result: ledger.allowance() });
    case "paused":
    case "isBlacklisted":
      return encodeFunctionResult({ abi: mxnbAbi, functionName, result: false });
    default:
      throw new Error(`The simulated token is not asked for ${functionName}.`);
  }
}

/** A node's own no, as viem's transports raise it. */
export function refusal(method: string, error: { code: number; message: string; data?: Hex }): RpcRequestError {
  return new RpcRequestError({ body: { method }, error, url: "simulated" });
}
