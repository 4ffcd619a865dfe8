import { isAddress } from "viem";
import { z } from "zod";
import type { JunoClient } from "../reactor/juno/client.ts";

const address = z.custom<`0x${string}`>((value) => isAddress(String(value), { strict: false }), "must be an address");
/** Of all lanes, with commas between them: the first contract is the first wallet's. */
const addresses = z
  .string()
  .transform((text) => text.split(",").map((one) => one.trim()))
  .pipe(z.array(address));
const DAY_MS = 86_400_000;
/** Arbitrum makes four blocks a second; a slower chain is looked at further back. */
const BLOCKS_PER_DAY = 345_600;

const environment = z.object({
  /** Its own role, which may insert into `kustodia.kill_switch`, read `kustodia.agreed_split`, and do nothing else. */
  TRIPWIRE_DATABASE_URL: z.string().min(1),
  /** Its own key: the bank's nonce belongs to one program. Reading is all the permission it needs. */
  TRIPWIRE_JUNO_API_KEY: z.string().min(1),
  TRIPWIRE_JUNO_API_SECRET: z.string().min(1),
  TRIPWIRE_LOOK_EVERY_MS: z.coerce.number().int().positive().default(5_000),
  /** How far back it looks. What waits longer between its entrance and its exit is taken for a surplus. */
  TRIPWIRE_DAYS: z.coerce.number().int().positive().default(7),
  /** Written anew after each look that saw bank and chain: for a health check, since it listens nowhere. */
  TRIPWIRE_SEEN_FILE: z.string().min(1).optional(),
  JUNO_ENV: z.enum(["stage", "production"]).default("stage"),
  JUNO_STAGE_BASE_URL: z.url().optional(),
  JUNO_BASE_URL: z.url().optional(),
  ETH_RPC_URL: z.string().min(1),
  ESCROW_CONTRACT_ADDRESS_2: addresses,
  MOCK_ERC20_ADDRESS: address,
  ESCROW_BRIDGE_WALLET: addresses,
  JUNO_WALLET: address,
  START_BLOCK: z.coerce.number().int().nonnegative(),
});

export type TripwireConfig = Readonly<{
  databaseUrl: string;
  bank: Pick<JunoClient, "baseUrl" | "apiKey" | "apiSecret">;
  rpcUrls: readonly string[];
  token: `0x${string}`;
  lanes: readonly Readonly<{ escrow: `0x${string}`; bridge: `0x${string}` }>[];
  junoWallet: `0x${string}`;
  startBlock: number;
  lookEveryMs: number;
  lookbackMs: number;
  lookbackBlocks: number;
  seenFile: string | undefined;
}>;

/** Reads the configuration, once. @throws Error with one line for each wrong or missing variable, and no value. */
export function readTripwireConfig(env: Readonly<Record<string, string | undefined>>): TripwireConfig {
  const parsed = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value)));
  if (!parsed.success) throw wrong(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  const read = parsed.data;
  const baseUrl = read.JUNO_ENV === "production" ? read.JUNO_BASE_URL : read.JUNO_STAGE_BASE_URL;
  if (baseUrl === undefined)
    throw wrong([`JUNO_${read.JUNO_ENV === "stage" ? "STAGE_" : ""}BASE_URL: falta / is missing`]);
  const lower = (text: string) => text.toLowerCase() as `0x${string}`;
  return {
    databaseUrl: read.TRIPWIRE_DATABASE_URL,
    bank: { baseUrl, apiKey: read.TRIPWIRE_JUNO_API_KEY, apiSecret: read.TRIPWIRE_JUNO_API_SECRET },
    rpcUrls: read.ETH_RPC_URL.split(",").map((url) => url.trim()),
    token: lower(read.MOCK_ERC20_ADDRESS),
    lanes: lanesOf(read.ESCROW_CONTRACT_ADDRESS_2.map(lower), read.ESCROW_BRIDGE_WALLET.map(lower)),
    junoWallet: lower(read.JUNO_WALLET),
    startBlock: read.START_BLOCK,
    lookEveryMs: read.TRIPWIRE_LOOK_EVERY_MS,
    lookbackMs: read.TRIPWIRE_DAYS * DAY_MS,
    lookbackBlocks: read.TRIPWIRE_DAYS * BLOCKS_PER_DAY,
    seenFile: read.TRIPWIRE_SEEN_FILE,
  };
}

function lanesOf(escrows: readonly `0x${string}`[], bridges: readonly `0x${string}`[]): TripwireConfig["lanes"] {
  if (escrows.length !== bridges.length) {
    throw wrong(["ESCROW_BRIDGE_WALLET: una por contrato / one for each contract of ESCROW_CONTRACT_ADDRESS_2"]);
  }
  return escrows.flatMap((escrow, place) => {
    const bridge = bridges[place];
    return bridge === undefined ? [] : [{ escrow, bridge }];
  });
}

function wrong(lines: readonly string[]): Error {
  return new Error(`La tripwire no puede empezar: / The tripwire cannot start:\n  ${lines.join("\n  ")}`);
}
