import { join } from "node:path";
import type { Secrets } from "./keepSecrets.ts";
import { localAccounts } from "./localAccounts.ts";
import type { StateFolder } from "./openStateFolder.ts";
import type { StackPlan } from "./planStack.ts";
import type { ProvidedChain } from "./provideChain.ts";
import { startSandbox } from "./startSandbox.ts";
import type { Supervisor } from "./supervise.ts";

/** How often the reactor may ask and how soon a difference counts, ms: a sandbox here answers at once, and its calls cost nothing. */
export const SANDBOX_PACE = {
  BANK_FLOOR_MS: "250",
  BANK_ASK_EVERY_MS: "3000",
  BANK_CALLS_A_MINUTE: "6000",
  RECONCILE_GRACE_MS: "10000",
};

export interface ProvidedBank {
  /** Of the sandbox; undefined for a bank that was configured. */
  sandboxUrl: string | undefined;
  /** What the reactor must know beyond what the person configured. */
  env: Readonly<Record<string, string>>;
}

/** The bank: the one configured, or a sandbox of ours whose journal belongs to this very chain. */
export async function provideBank(
  supervisor: Supervisor,
  plan: StackPlan,
  where: { checkout: string; state: StateFolder; chain: ProvidedChain; secrets: Secrets },
): Promise<ProvidedBank> {
  if (plan.bank.kind === "configured") return { sandboxUrl: undefined, env: {} };
  const { checkout, state, chain, secrets } = where;
  const sandbox = await startSandbox(supervisor, {
    checkout,
    rpcUrl: chain.nodeUrl,
    mxnb: chain.contracts.MOCK_ERC20_ADDRESS,
    junoWalletPrivateKey: localAccounts().juno.privateKey,
    apiKey: secrets.bankApiKey,
    apiSecret: secrets.bankApiSecret,
    tripwireKey: secrets.tripwireBankKey,
    journalPath: join(state.bank, `${chain.id}.journal`),
  });
  const env = {
    JUNO_ENV: "stage",
    JUNO_STAGE_BASE_URL: sandbox.url,
    JUNO_STAGE_API_KEY: secrets.bankApiKey,
    JUNO_STAGE_API_SECRET: secrets.bankApiSecret,
    ...SANDBOX_PACE,
    SANDBOX_URL: sandbox.url,
  };
  return { sandboxUrl: sandbox.url, env };
}
