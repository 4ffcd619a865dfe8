import { Eip1559FeesNotSupportedError } from "viem";
import { type ChainClient, read } from "./client.ts";

/** Both in wei per unit of gas (EIP-1559). */
export type Fees = Readonly<{ maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }>;

// The cap is not the price: the block's base fee is what is paid. A cap of twice the base fee outlives a burst of full
// blocks, so a bump (a new hash to remember) stays rare.
const BASE_FEE_MULTIPLIER = 2n;

/**
 * What a transaction sent now should offer: twice the last base fee plus the node's suggested tip (0 on Arbitrum).
 *
 * @throws ChainUnavailable
 */
export async function currentFees(client: ChainClient): Promise<Fees> {
  // Both at once: viem's own estimate asks one after the other, and each is a round trip before money moves on.
  return read(client, "tarifas de gas", async (rpc) => {
    const [{ baseFeePerGas }, maxPriorityFeePerGas] = await Promise.all([
      rpc.getBlock({ blockTag: "latest" }),
      rpc.estimateMaxPriorityFeePerGas(),
    ]);
    if (baseFeePerGas === null) throw new Eip1559FeesNotSupportedError();
    return { maxFeePerGas: BASE_FEE_MULTIPLIER * baseFeePerGas + maxPriorityFeePerGas, maxPriorityFeePerGas };
  });
}

// geth's txpool.pricebump default (10 %): a smaller bump is refused as an underpriced replacement. Anvil takes any rise.
const SMALLEST_BUMP_PERCENT = 10;

/**
 * The fees for the same nonce and the same call, sent again because it is stuck. Both rise by `percent`, rounded up by
 * one wei: a node also refuses a replacement whose tip did not rise, and a tip of 0 raised by a percentage is still 0.
 *
 * @param capWei the most we ever offer, in wei per unit of gas.
 * @returns null when the bump would pass the cap: then only waiting, or a person, helps.
 * @throws RangeError when percent is under 10 or not an integer: every node would refuse the replacement.
 */
export function bumpFees(fees: Fees, { percent, capWei }: { percent: number; capWei: bigint }): Fees | null {
  if (!Number.isInteger(percent) || percent < SMALLEST_BUMP_PERCENT) {
    throw new RangeError(`A replacement must raise its fees by an integer of at least 10 %, not ${percent} %.`);
  }
  const raise = (wei: bigint) => (wei * BigInt(100 + percent)) / 100n + 1n;
  const raised = { maxFeePerGas: raise(fees.maxFeePerGas), maxPriorityFeePerGas: raise(fees.maxPriorityFeePerGas) };
  return raised.maxFeePerGas > capWei ? null : raised;
}
