import { createConfig } from "ponder";
import { type Address, getAddress, isAddress } from "viem";
import { kustodiaEscrowAbi } from "./abis/kustodiaEscrow.ts";
import { mxnbAbi } from "./abis/mxnb.ts";

/** The chains we know, and how long (ms) Ponder may leave each unasked when no websocket announces its blocks. */
const pollingIntervalMs: Readonly<Record<string, number>> = {
  "31337": 100, // Anvil. Ponder accepts nothing below 100.
  "421614": 500, // Arbitrum Sepolia: a block each 250 ms, behind a public endpoint that throttles.
  "42161": 500, // Arbitrum One.
};

/**
 * Each RPC entry starts at 20 requests a second: 64 blocks took 7.6 s with one entry of a local URL, 0.25 s with twelve.
 * Of several URLs they stand by turns: Ponder tries an entry that failed after all those that it has not tried, ten times
 * and each time twice as long after the last, so that twelve dead ones in a row were a minute of nothing.
 */
const LOCAL_RPC_ENTRIES = 12;

const chainId = required("CHAIN_ID", "31337 for Anvil, 421614 for Arbitrum Sepolia, 42161 for Arbitrum One");
const pollingInterval = pollingIntervalMs[chainId];
if (pollingInterval === undefined) {
  throw new Error(`CHAIN_ID is ${chainId}, but the indexer knows only ${Object.keys(pollingIntervalMs).join(", ")}.`);
}

const rpcUrls = required("ETH_RPC_URL", "the URL of an Ethereum RPC, or several with commas between them")
  .split(",")
  .map((url) => url.trim())
  .filter((url) => url !== "");
const wsUrl = process.env.ETH_WS_URL;

/** Of all lanes, with commas between them. */
const escrowContracts = requiredAddresses("ESCROW_CONTRACT_ADDRESS_2", "the escrow contract");
const bridgeWallets = requiredAddresses("ESCROW_BRIDGE_WALLET", "the wallet that carries MXNB to and from the escrow");
/** Of all bank accounts that the lanes are on. */
const junoWallets = requiredAddresses("JUNO_WALLET", "the wallet in which the bank holds its MXNB");
const ours = [...bridgeWallets, ...escrowContracts];
/** Whose freezing by MXNB's issuer would stop a payment. */
const whoseFreezingStopsUs = [...ours, ...junoWallets];

const token = {
  chain: "chain",
  abi: mxnbAbi,
  address: requiredAddress("MOCK_ERC20_ADDRESS", "the MXNB token"),
  startBlock: startBlock(),
} as const;

/**
 * One chain per indexer, so it is simply called `chain`; its id says which one it is. The escrow contracts are those of all lanes.
 *
 * MXNB stands here twice because a log filter cannot say "from us or to us", and because Ponder 0.16 keeps only the last of
 * two filters on the same event. A transfer from the bridge to the escrow thus arrives twice, and is written once.
 */
export default createConfig({
  database: { kind: "postgres", connectionString: databaseUrl() },
  chains: {
    chain: {
      id: Number(chainId),
      rpc: chainId === "31337" ? Array<string[]>(LOCAL_RPC_ENTRIES).fill(rpcUrls).flat() : rpcUrls,
      pollingInterval,
      ...(wsUrl ? { ws: wsUrl } : {}),
    },
  },
  contracts: {
    KustodiaEscrow: { chain: "chain", abi: kustodiaEscrowAbi, address: escrowContracts, startBlock: startBlock() },
    MXNB: {
      ...token,
      filter: [
        { event: "Transfer", args: { from: ours } },
        { event: "Approval", args: { owner: ours } },
        { event: "Mint", args: { to: ours } },
        { event: "Burn", args: { burner: ours } },
        { event: "Blacklisted", args: { _account: whoseFreezingStopsUs } },
        { event: "UnBlacklisted", args: { _account: whoseFreezingStopsUs } },
      ],
    },
    MXNBToUs: {
      ...token,
      filter: [
        { event: "Transfer", args: { to: ours } },
        { event: "Approval", args: { spender: ours } },
      ],
    },
  },
});

function required(name: string, meaning: string): string {
  const value = process.env[name]?.trim();
  if (!value) throw new Error(`${name} is missing: it must be ${meaning}.`);
  return value;
}

function requiredAddress(name: string, meaning: string): Address {
  return toAddress(name, required(name, `the address of ${meaning}`), meaning);
}

function toAddress(name: string, value: string, meaning: string): Address {
  if (!isAddress(value, { strict: false }))
    throw new Error(`${name} is not an address: it must be that of ${meaning}.`);
  return getAddress(value);
}

function requiredAddresses(name: string, meaning: string): Address[] {
  return required(name, `the address of ${meaning}, or several with commas between them`)
    .split(",")
    .map((value) => toAddress(name, value.trim(), meaning));
}

/** The first block that is indexed; 0 where none is named. */
function startBlock(): number {
  const value = process.env.START_BLOCK || "0";
  if (!/^\d+$/.test(value)) throw new Error(`START_BLOCK is "${value}", but it must be a block number.`);
  return Number(value);
}

/** Postgres always, and never Ponder's own PGlite, on which it runs without transactions. */
function databaseUrl(): string {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  if (!process.env.POSTGRES_HOST)
    throw new Error("DATABASE_URL is missing: it must be a Postgres URL (or set POSTGRES_*).");
  const url = new URL(`postgresql://${process.env.POSTGRES_HOST}`);
  url.port = process.env.POSTGRES_PORT || "5432";
  url.username = encodeURIComponent(required("POSTGRES_USER", "the user of the database"));
  url.password = encodeURIComponent(process.env.POSTGRES_PASSWORD ?? "");
  url.pathname = `/${encodeURIComponent(required("POSTGRES_DB", "the name of the database"))}`;
  return url.href;
}
