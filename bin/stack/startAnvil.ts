import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createPublicClient, createTestClient, http } from "viem";
import { findAnvil } from "./findBinary.ts";
import { freePort } from "./freePort.ts";
import { keepOneGenesis } from "./keepOneGenesis.ts";
import type { Child, Supervisor } from "./supervise.ts";
import { waitUntilReady } from "./waitUntilReady.ts";

export interface AnvilOptions {
  /** Where several run beside each other, each a chain of its own. */
  name?: string;
  /** A free one when left out. */
  port?: number;
  /** Where the chain is kept across restarts; left out, it ends with the process. */
  statePath?: string;
  /** Seconds between blocks; left out, a block per transaction. */
  blockTimeS?: number;
  /** With `blockTimeS`: a transaction is mined at once as well. */
  mixedMining?: boolean;
  /** How far `safe` (one epoch) and `finalized` (two) trail the head, in blocks. Anvil's own default is 32. */
  slotsInAnEpoch?: number;
  /** Another node to fork from. */
  forkUrl?: string;
  /** 31337 when left out (a fork has its origin's). */
  chainId?: number;
}

export interface RunningAnvil {
  rpcUrl: string;
  wsUrl: string;
  port: number;
  pid: number;
  /** Writes the state to `statePath`, then ends. */
  stop: Child["stop"];
}

/** What a kill -9 of Anvil may cost, in seconds of chain; a stop or a kill -9 of the supervisor costs nothing. */
const STATE_INTERVAL_S = 5;
const READY_WITHIN_MS = 30_000;

/**
 * Starts a real Anvil on 127.0.0.1 with its well-known accounts (the "test test … junk" mnemonic).
 * @throws {StackError} when the binary is missing or it does not come up
 */
export async function startAnvil(supervisor: Supervisor, options: AnvilOptions = {}): Promise<RunningAnvil> {
  const port = options.port ?? (await freePort());
  const restored = options.statePath !== undefined && existsSync(options.statePath);
  if (options.statePath !== undefined && restored) keepOneGenesis(options.statePath);
  const child = await supervisor.start({
    name: options.name ?? "anvil",
    command: findAnvil(),
    args: ["--host", "127.0.0.1", "--port", String(port), "--quiet", ...flags(options)],
    cwd: supervisor.folder,
    // It keeps older states in files under its home; ours may be closed, and is nobody's business.
    env: { HOME: supervisor.folder, TMPDIR: supervisor.folder },
    stopSignal: "SIGINT",
  });
  const rpcUrl = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, READY_WITHIN_MS, () => answersRpc(rpcUrl));
  // A restored Anvil has the old blocks but can be asked for the state of new ones only: let `safe` and `finalized`
  // (one and two epochs back) be new ones at once.
  if (restored && options.slotsInAnEpoch !== undefined) await mine(rpcUrl, 2 * options.slotsInAnEpoch + 1);
  return { rpcUrl, wsUrl: `ws://127.0.0.1:${port}`, port, pid: child.pid, stop: child.stop };
}

function flags(options: AnvilOptions): string[] {
  const { statePath, blockTimeS, slotsInAnEpoch, forkUrl, chainId } = options;
  const wanted: string[] = [];
  if (statePath !== undefined) {
    if (!existsSync(dirname(statePath))) mkdirSync(dirname(statePath), { recursive: true, mode: 0o700 });
    wanted.push("--state", statePath, "--state-interval", String(STATE_INTERVAL_S));
  }
  if (blockTimeS !== undefined) wanted.push("--block-time", String(blockTimeS));
  if (options.mixedMining === true) wanted.push("--mixed-mining");
  if (slotsInAnEpoch !== undefined) wanted.push("--slots-in-an-epoch", String(slotsInAnEpoch));
  if (forkUrl !== undefined) wanted.push("--fork-url", forkUrl);
  if (chainId !== undefined) wanted.push("--chain-id", String(chainId));
  return wanted;
}

async function answersRpc(rpcUrl: string): Promise<boolean> {
  try {
    await createPublicClient({ transport: http(rpcUrl, { retryCount: 0, timeout: 2_000 }) }).getChainId();
    return true;
  } catch {
    // Not listening yet: the caller asks again, under a bound.
    return false;
  }
}

async function mine(rpcUrl: string, blocks: number): Promise<void> {
  await createTestClient({ mode: "anvil", transport: http(rpcUrl) }).mine({ blocks });
}
