import { type Address, zeroAddress } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { type ChainClient, read } from "./client.ts";

/** In the order of the contract's enum, which both shapes share: the index is the value on chain. */
const STATUSES = ["pending", "funded", "released", "disputed", "cancelled"] as const;

export type EscrowStatus = (typeof STATUSES)[number];

export type EscrowOnChain = Readonly<{
  payer: Address;
  payee: Address;
  /** Base units of `token`. */
  amountBaseUnits: bigint;
  deadlineUnixS: number;
  vertical: string;
  clabeReference: string;
  status: EscrowStatus;
  conditions: string;
  token: Address;
}>;

/**
 * One escrow as the contract holds it, through `escrows(id)` (the deployed 2_0 has no `getEscrow`).
 *
 * @param options.blockNumber the state as of this block; without it, the latest.
 * @returns null for an id that was never created (the contract answers it as an empty pending escrow).
 * @throws ChainUnavailable, and RangeError for a status the contract should not have.
 */
export async function readEscrow(
  client: ChainClient,
  escrowId: bigint,
  options: { blockNumber?: bigint } = {},
): Promise<EscrowOnChain | null> {
  const [payer, payee, amountBaseUnits, deadline, vertical, clabeReference, statusIndex, conditions, token] =
    await read(client, `escrow ${escrowId}`, (rpc) =>
      rpc.readContract({
        ...options,
        address: client.escrow,
        abi: kustodiaEscrowAbi,
        functionName: "escrows",
        args: [escrowId],
      }),
    );
  if (payer === zeroAddress) return null;
  const status = STATUSES[statusIndex];
  if (!status)
    throw new RangeError(`Escrow ${escrowId} has status ${statusIndex}: the contract is not KustodiaEscrow2_0.`);
  const terms = { payer, payee, amountBaseUnits, deadlineUnixS: Number(deadline), vertical, clabeReference };
  return { ...terms, status, conditions, token };
}
