import type pg from "pg";
import type { DeployedContracts } from "../stack/deployContracts.ts";

/** Where the three books of a running system are read. */
export type AuditedSystem = Readonly<{
  database: Readonly<{ pool: pg.Pool }>;
  sandbox: Readonly<{ url: string }>;
  /** The node itself, and no proxy before it. */
  anvil: Readonly<{ rpcUrl: string }>;
  contracts: DeployedContracts;
}>;
