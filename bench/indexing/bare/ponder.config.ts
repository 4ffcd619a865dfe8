import { createConfig } from "ponder";
import { type Address, parseAbi } from "viem";

/** The least that indexes an escrow contract. Its RPC stands twelve times, as ours does (ponder.config.ts says why). */
const RPC_ENTRIES = 12;

export default createConfig({
  database: { kind: "postgres", connectionString: process.env.DATABASE_URL ?? "" },
  chains: {
    chain: {
      id: Number(process.env.CHAIN_ID),
      rpc: Array<string>(RPC_ENTRIES).fill(process.env.ETH_RPC_URL ?? ""),
      pollingInterval: 100,
    },
  },
  contracts: {
    KustodiaEscrow: {
      chain: "chain",
      abi: parseAbi([
        "event EscrowCreated(uint256 indexed escrowId, address indexed payer, address indexed payee, uint256 amount, string vertical, string clabe)",
        "event EscrowFunded(uint256 indexed escrowId, uint256 amount)",
        "event EscrowReleased(uint256 indexed escrowId)",
      ]),
      address: process.env.ESCROW_CONTRACT_ADDRESS_2 as Address,
      startBlock: Number(process.env.START_BLOCK),
    },
  },
});
