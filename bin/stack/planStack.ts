import { StackError } from "./StackError.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is configured is used, what is not is embedded. Which is which, read once from the environment. */
export interface StackPlan {
  database: { kind: "embedded" } | { kind: "configured"; url: string; poolerUrl?: string };
  chain: { kind: "embedded" } | { kind: "configured"; rpcUrl: string; wsUrl: string | undefined };
  /** "deployed": by us, on a local chain. */
  contracts: { kind: "deployed" } | { kind: "configured"; env: ContractEnvironment };
  bank: { kind: "embedded" } | { kind: "configured" };
}

const CONTRACT_NAMES = [
  "ESCROW_CONTRACT_ADDRESS_2",
  "MOCK_ERC20_ADDRESS",
  "ESCROW_BRIDGE_WALLET",
  "JUNO_WALLET",
  "ESCROW_PRIVATE_KEY",
  "START_BLOCK",
] as const;
export type ContractEnvironment = Record<(typeof CONTRACT_NAMES)[number], string>;

/**
 * Reads from `env` which parts the person brings along.
 * @throws {StackError} when a part is configured by halves, or two parts do not go together
 */
export function planStack(env: Environment): StackPlan {
  const plan: StackPlan = {
    database: planDatabase(env),
    chain: env.ETH_RPC_URL
      ? { kind: "configured", rpcUrl: env.ETH_RPC_URL, wsUrl: env.ETH_WS_URL }
      : { kind: "embedded" },
    contracts: planContracts(env),
    bank: planBank(env),
  };
  refuseUnsafe(plan, env);
  return plan;
}

/**
 * @returns of a configured one the server's own address, and the pooler's that the reactor asks through where there is one.
 * @throws {StackError} when it is configured by halves.
 */
export function planDatabase(env: Environment): StackPlan["database"] {
  if (env.DATABASE_URL && env.DATABASE_DIRECT_URL)
    return { kind: "configured", url: env.DATABASE_DIRECT_URL, poolerUrl: env.DATABASE_URL };
  if (env.DATABASE_URL) return { kind: "configured", url: env.DATABASE_URL };
  if (!env.POSTGRES_HOST) return { kind: "embedded" };
  const { POSTGRES_USER, POSTGRES_DB } = allOf(env, ["POSTGRES_USER", "POSTGRES_DB"]);
  const url = new URL(`postgresql://${env.POSTGRES_HOST}:${env.POSTGRES_PORT || "5432"}`);
  url.username = encodeURIComponent(POSTGRES_USER);
  url.password = encodeURIComponent(env.POSTGRES_PASSWORD ?? "");
  url.pathname = `/${encodeURIComponent(POSTGRES_DB)}`;
  return { kind: "configured", url: url.href };
}

function planContracts(env: Environment): StackPlan["contracts"] {
  if (!CONTRACT_NAMES.some((name) => env[name])) return { kind: "deployed" };
  allOf(env, ["ETH_RPC_URL"]);
  return { kind: "configured", env: allOf(env, CONTRACT_NAMES) };
}

function planBank(env: Environment): StackPlan["bank"] {
  const names = bankNames(env);
  const isProduction = env.JUNO_ENV === "production";
  if (!isProduction && !names.some((name) => env[name])) return { kind: "embedded" };
  allOf(env, names);
  return { kind: "configured" };
}

function bankNames(env: Environment): string[] {
  const prefix = env.JUNO_ENV === "production" ? "JUNO" : "JUNO_STAGE";
  return [`${prefix}_BASE_URL`, `${prefix}_API_KEY`, `${prefix}_API_SECRET`];
}

function refuseUnsafe(plan: StackPlan, env: Environment): void {
  if (plan.bank.kind === "embedded" && plan.contracts.kind === "configured") {
    throw new StackError({
      es: "El banco de pruebas solo emite MXNB en los contratos que despliega este inicio: configure también JUNO_* o quite ESCROW_CONTRACT_ADDRESS_2.",
      en: "The sandbox bank mints MXNB only on contracts deployed by this start: configure JUNO_* too, or remove ESCROW_CONTRACT_ADDRESS_2.",
    });
  }
  const bankUrl = env[bankNames(env)[0] ?? ""];
  // On a local chain the bridge wallet's key is known to everybody: real money sent there would be lost.
  if (plan.bank.kind === "configured" && plan.contracts.kind === "deployed" && !isLoopback(bankUrl)) {
    throw new StackError({
      es: "Un banco real no puede trabajar con una cadena local, cuyas llaves son públicas: configure también ETH_RPC_URL y los contratos.",
      en: "A real bank cannot work with a local chain, whose keys are public: configure ETH_RPC_URL and the contracts too.",
    });
  }
}

function isLoopback(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
}

function allOf<Name extends string>(env: Environment, names: readonly Name[]): Record<Name, string> {
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new StackError({
      es: `La configuración está a medias, falta ${missing.join(", ")}: complétela, o quite todas para usar la parte incluida.`,
      en: `The configuration is half done, ${missing.join(", ")} missing: complete it, or remove all to use the embedded part.`,
    });
  }
  return Object.fromEntries(names.map((name) => [name, env[name]])) as Record<Name, string>;
}
