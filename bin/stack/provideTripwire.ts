import type { Secrets } from "./keepSecrets.ts";
import type { Environment } from "./planStack.ts";
import { provideTripwireRole } from "./provideTripwireRole.ts";
import { startTripwire } from "./startTripwire.ts";
import type { Supervisor } from "./supervise.ts";

export interface TripwirePlaces {
  checkout: string;
  /** What the person configured. */
  configured: Environment;
  /** Chain, contracts and sandbox, by the names that every program reads. */
  facts: Environment;
  databaseUrl: string;
  bank: "sandbox" | "configured";
  secrets: Secrets;
}

/** What it reads of what we know. The reactor's keys and its database are kept from it. */
const READS = [
  "ETH_RPC_URL",
  "ESCROW_CONTRACT_ADDRESS_2",
  "MOCK_ERC20_ADDRESS",
  "ESCROW_BRIDGE_WALLET",
  "JUNO_WALLET",
  "START_BLOCK",
  "JUNO_ENV",
  "JUNO_STAGE_BASE_URL",
  "JUNO_BASE_URL",
  "TRIPWIRE_LOOK_EVERY_MS",
  "TRIPWIRE_DAYS",
] as const;

/** A sandbox on this machine answers at once. */
const SANDBOX_LOOK_EVERY_MS = "1000";

/**
 * Starts the tripwire with a bank key and a database role of its own; our tables must be there. Without key and role it
 * would use the reactor's, and could be stopped or fooled by what stops or fools the reactor: it is then not started.
 * @returns whether it watches, in words for a person.
 * @throws {StackError} when it has both and does not come up
 */
export async function provideTripwire(supervisor: Supervisor, where: TripwirePlaces): Promise<string> {
  const { checkout, configured, facts, databaseUrl, bank, secrets } = where;
  const key =
    bank === "sandbox"
      ? secrets.tripwireBankKey
      : { apiKey: configured.TRIPWIRE_JUNO_API_KEY, apiSecret: configured.TRIPWIRE_JUNO_API_SECRET };
  if (!key.apiKey || !key.apiSecret) {
    return "NO vigila: falta TRIPWIRE_JUNO_API_KEY y su SECRET / NOT watching: TRIPWIRE_JUNO_API_KEY and its SECRET missing";
  }
  const roleUrl =
    configured.TRIPWIRE_DATABASE_URL || (await provideTripwireRole(databaseUrl, secrets.tripwirePassword));
  if (roleUrl === null) {
    return "NO vigila: este usuario de la base no puede crear roles, configure TRIPWIRE_DATABASE_URL / NOT watching: this database user may not make roles, set TRIPWIRE_DATABASE_URL";
  }
  const known: Environment = {
    ...(bank === "sandbox" ? { TRIPWIRE_LOOK_EVERY_MS: SANDBOX_LOOK_EVERY_MS } : {}),
    ...configured,
    ...facts,
  };
  await startTripwire(supervisor, {
    checkout,
    env: {
      ...Object.fromEntries(READS.map((name) => [name, known[name]])),
      TRIPWIRE_DATABASE_URL: roleUrl,
      TRIPWIRE_JUNO_API_KEY: key.apiKey,
      TRIPWIRE_JUNO_API_SECRET: key.apiSecret,
    },
  });
  return "en guardia / on guard";
}
