import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { PonderEnvironment } from "./startPonder.ts";

/** What of the environment decides which facts are read. */
type Contracts = Readonly<{ [Name in Exclude<keyof PonderEnvironment, "DATABASE_URL">]?: string | undefined }>;

/**
 * The name of the Postgres schema for the facts as this code reads them from these contracts: the same for the same
 * code and contracts, so that a restart goes on, and another as soon as either changes, since Ponder refuses a schema
 * that another build used (ponder.md 2). What Ponder does not hash (its API, the RPC's address) does not count.
 */
export function factsSchema(checkout: string, env: Contracts): string {
  const hash = createHash("sha256");
  for (const file of sourcesOfFacts(checkout)) hash.update(`${file}\n`).update(readFileSync(join(checkout, file)));
  const { CHAIN_ID, ESCROW_CONTRACT_ADDRESS_2, MOCK_ERC20_ADDRESS, ESCROW_BRIDGE_WALLET, JUNO_WALLET, START_BLOCK } =
    env;
  const contracts = [ESCROW_CONTRACT_ADDRESS_2, MOCK_ERC20_ADDRESS, ESCROW_BRIDGE_WALLET, JUNO_WALLET];
  hash.update([CHAIN_ID, START_BLOCK, ...contracts].join("\n").toLowerCase());
  return `facts_${hash.digest("hex").slice(0, 8)}`;
}

function sourcesOfFacts(checkout: string): string[] {
  const inFolder = (folder: string) =>
    readdirSync(join(checkout, folder), { recursive: true, encoding: "utf8" })
      .map((file) => join(folder, file))
      .filter((file) => file.endsWith(".ts") && !file.startsWith(join("src", "api") + sep));
  return ["ponder.config.ts", "ponder.schema.ts", ...inFolder("src"), ...inFolder("abis")].sort();
}
