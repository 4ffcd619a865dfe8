import type { Address } from "viem";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { type ChainClient, read } from "./client.ts";

type PerWallet<T> = Readonly<{ bridge: T; escrow: T; junoWallet: T }>;

export type TokenState = Readonly<{
  /** What the escrow contract may still pull from the bridge wallet. MXNB has no infinite allowance: it shrinks. */
  allowanceBaseUnits: bigint;
  balancesBaseUnits: PerWallet<bigint>;
  /** While true no MXNB moves at all, and nothing can be approved. */
  paused: boolean;
  /** A blacklisted escrow freezes every escrow; a blacklisted bridge, every release; a blacklisted Juno, every return. */
  blacklisted: PerWallet<boolean>;
}>;

/**
 * The token as the next transaction would meet it: a guard before sending, never evidence of what happened (the wallets
 * are pools). Not one snapshot: a block may pass between two of its reads.
 *
 * @throws ChainUnavailable
 */
export async function readTokenState(client: ChainClient): Promise<TokenState> {
  const token = { address: client.mxnb, abi: mxnbAbi } as const;
  const { bridge, escrow, junoWallet } = client;
  return read(client, "estado de MXNB", async (rpc) => {
    const balance = (of: Address) => rpc.readContract({ ...token, functionName: "balanceOf", args: [of] });
    const listed = (of: Address) => rpc.readContract({ ...token, functionName: "isBlacklisted", args: [of] });
    const [allowanceBaseUnits, paused, balances, lists] = await Promise.all([
      rpc.readContract({ ...token, functionName: "allowance", args: [bridge, escrow] }),
      rpc.readContract({ ...token, functionName: "paused" }),
      Promise.all([balance(bridge), balance(escrow), balance(junoWallet)]),
      Promise.all([listed(bridge), listed(escrow), listed(junoWallet)]),
    ]);
    return {
      allowanceBaseUnits,
      paused,
      balancesBaseUnits: { bridge: balances[0], escrow: balances[1], junoWallet: balances[2] },
      blacklisted: { bridge: lists[0], escrow: lists[1], junoWallet: lists[2] },
    };
  });
}
