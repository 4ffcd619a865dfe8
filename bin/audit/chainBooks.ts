import { createPublicClient, http } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import { localAccounts } from "../stack/localAccounts.ts";
import type { AuditedSystem } from "./auditedSystem.ts";

const STATUSES = ["pending", "funded", "released", "disputed", "cancelled"] as const;
export type EscrowStatus = (typeof STATUSES)[number];

/** What the chain itself says, asked of the node and not of the indexer. Amounts are MXNB base units. */
export async function readChainBooks({ anvil, contracts }: AuditedSystem) {
  const rpc = createPublicClient({ transport: http(anvil.rpcUrl) });
  const { bridge, juno } = localAccounts();
  const token = { abi: mxnbAbi, address: contracts.mxnb } as const;
  const escrow = {
    abi: kustodiaEscrowAbi,
    address: contracts.escrow,
    fromBlock: BigInt(contracts.startBlock),
  } as const;
  const held = (address: `0x${string}`) => rpc.readContract({ ...token, functionName: "balanceOf", args: [address] });
  const created = await rpc.getContractEvents({ ...escrow, eventName: "EscrowCreated", strict: true });
  const released = await rpc.getContractEvents({ ...escrow, eventName: "EscrowReleased", strict: true });
  const returned = await rpc.getContractEvents({
    ...token,
    fromBlock: escrow.fromBlock,
    eventName: "Transfer",
    args: { from: bridge.address, to: juno.address },
    strict: true,
  });
  const escrows = await Promise.all(
    created.map(async ({ args }) => {
      const [, , amountBaseUnits, , vertical, clabe, status, conditions] = await rpc.readContract({
        ...escrow,
        functionName: "escrows",
        args: [args.escrowId],
      });
      return { id: String(args.escrowId), amountBaseUnits, vertical, clabe, conditions, status: STATUSES[status] };
    }),
  );
  return {
    escrows,
    releases: released.map(({ args }) => String(args.escrowId)),
    returns: returned.map(({ args }) => args.value),
    held: {
      bridge: await held(bridge.address),
      escrow: await held(contracts.escrow),
      junoWallet: await held(juno.address),
    },
  };
}

export type ChainBooks = Awaited<ReturnType<typeof readChainBooks>>;
