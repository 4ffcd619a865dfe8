import { type Address, createPublicClient, custom, defineChain, fallback, http, type PublicClient } from "viem";
import { ChainUnavailable } from "./ChainUnavailable.ts";
import { describeFailure } from "./failures.ts";

/** The addresses every verb needs; a call encoder takes only these. */
export type ChainAddresses = Readonly<{
  escrow: Address;
  mxnb: Address;
  /** The bridge wallet: the signer, the escrow's `bridgeWallet()` and the payer of every escrow. */
  bridge: Address;
  /** Juno's deposit wallet: MXNB sent there comes back as pesos. */
  junoWallet: Address;
}>;

/** Where a lane's MXNB are on chain. */
export type LaneWallets = Pick<ChainAddresses, "escrow" | "bridge">;

export type ChainClient = ChainAddresses &
  Readonly<{
    chainId: number;
    /** One client per RPC URL, in the order configured: for what must be asked of each by itself (heads, broadcast). */
    endpoints: readonly PublicClient[];
    /** All endpoints as one: a read goes to the first that is not slow, and falls over to the next when one does not answer. */
    reads: PublicClient;
    /** Longest wait for one reply of one endpoint, in ms. */
    timeoutMs: number;
    /** Told of an answer of a node, or of a revert, that no table classifies. It is treated as unknown; somebody should add its row. */
    onUnclassified?: (message: string) => void;
  }>;

/**
 * A node whose last answer took longer is asked after the others. A turn of the reactor reads some ten times in a row: at
 * 2.5 s each the facts were older than the blocks they speak of. The heads are asked of every node, so it is timed again.
 */
const SLOW_MS = 1_000;

/**
 * Describes the chain and opens nothing: the first connection is the first read. Nothing is retried here, because the
 * step asks again at its own pace; a second endpoint is the only second try.
 *
 * @throws RangeError when no RPC URL is given.
 */
export function createChainClient(
  options: ChainAddresses &
    Pick<ChainClient, "chainId" | "timeoutMs" | "onUnclassified"> &
    Readonly<{
      rpcUrls: readonly string[];
      /** What carries a call to the node at this place of `rpcUrls`; `fetch` unless said. */
      fetchOf?: (node: number) => typeof fetch;
    }>,
): ChainClient {
  const { rpcUrls, fetchOf = () => fetch, ...described } = options;
  const { chainId, timeoutMs } = described;
  if (rpcUrls.length === 0) throw new RangeError("Falta ETH_RPC_URL. / ETH_RPC_URL is missing: give at least one URL.");
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: rpcUrls } },
  });
  const lastMs = rpcUrls.map(() => 0);
  const timed =
    (node: number): typeof fetch =>
    async (url, request) => {
      const startedMs = performance.now();
      try {
        return await fetchOf(node)(url, request);
      } finally {
        lastMs[node] = performance.now() - startedMs;
      }
    };
  const transports = rpcUrls.map((url, node) => http(url, { timeout: timeoutMs, retryCount: 0, fetchFn: timed(node) }));
  // viem caches eth_blockNumber for 4 s by default; a head that old is a wrong head.
  const common = { chain, cacheTime: 0 };
  const beginningWith = (first: number) =>
    fallback([...transports.slice(first), ...transports.slice(0, first)], { retryCount: 0 })({ chain }).request;
  const inOrder = beginningWith(0);
  const readers = transports.map((_, first) => beginningWith(first));
  const request: typeof inOrder = (asked) => {
    const quick = lastMs.findIndex((ms) => ms <= SLOW_MS);
    return (readers[quick] ?? inOrder)(asked);
  };
  return {
    ...described,
    endpoints: transports.map((transport) => createPublicClient({ ...common, transport })),
    reads: createPublicClient({ ...common, transport: custom({ request }, { retryCount: 0 }) }),
  };
}

/**
 * One read, from the first endpoint that answers.
 *
 * @param what what is being read, as the reader of the error needs it.
 * @throws ChainUnavailable when no endpoint answers, or the answer is an error.
 */
export async function read<T>(
  client: ChainClient,
  what: string,
  ask: (endpoint: PublicClient) => Promise<T>,
): Promise<T> {
  try {
    return await ask(client.reads);
  } catch (error) {
    throw new ChainUnavailable(what, describeFailure(error));
  }
}
