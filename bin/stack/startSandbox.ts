import { freePort } from "./freePort.ts";
import { startProgram } from "./startProgram.ts";
import type { Child, Supervisor } from "./supervise.ts";

export interface SandboxProgramOptions {
  checkout: string;
  /** Where several run beside each other, each of an account of its own. */
  name?: string;
  /** A free one when left out. */
  port?: number;
  rpcUrl: string;
  mxnb: string;
  junoWalletPrivateKey: string;
  apiKey: string;
  apiSecret: string;
  /** A second key of the same account: a nonce belongs to one program. */
  tripwireKey?: { apiKey: string; apiSecret: string };
  /** Where its books are kept across restarts. */
  journalPath: string;
}

export interface RunningSandbox {
  url: string;
  pid: number;
  stop: Child["stop"];
}

/**
 * Starts the bank sandbox as a process of its own on 127.0.0.1.
 * @throws {StackError} with its last words, when it does not come up
 */
export async function startSandbox(supervisor: Supervisor, options: SandboxProgramOptions): Promise<RunningSandbox> {
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = await startProgram(supervisor, {
    name: options.name ?? "sandbox",
    checkout: options.checkout,
    file: "sandbox/main.ts",
    env: {
      SANDBOX_PORT: String(port),
      ETH_RPC_URL: options.rpcUrl,
      MOCK_ERC20_ADDRESS: options.mxnb,
      SANDBOX_JUNO_PRIVATE_KEY: options.junoWalletPrivateKey,
      SANDBOX_API_KEYS: [options, ...(options.tripwireKey ? [options.tripwireKey] : [])]
        .map(({ apiKey, apiSecret }) => `${apiKey}:${apiSecret}`)
        .join(","),
      // Its limit is Juno's unless told otherwise; here many payments go through in a minute.
      SANDBOX_REQUESTS_PER_MINUTE: "7500",
      SANDBOX_JOURNAL: options.journalPath,
    },
    readyUrl: `${url}/sandbox/health`,
  });
  return { url, pid: child.pid, stop: child.stop };
}
