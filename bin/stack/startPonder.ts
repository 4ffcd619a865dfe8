import { factsSchema } from "./factsSchema.ts";
import { freePort, requireFreePort } from "./freePort.ts";
import { FIRST_INDEX_SCHEMA, ponderCommand, ponderSettings } from "./ponderCommand.ts";
import { programEnvironment } from "./programEnvironment.ts";
import type { Child, Supervisor } from "./supervise.ts";
import { answers, waitUntilReady } from "./waitUntilReady.ts";

/** What ponder.config.ts reads, by the names it reads, and where its views are. */
export interface PonderEnvironment {
  DATABASE_URL: string;
  ETH_RPC_URL: string;
  ETH_WS_URL?: string | undefined;
  CHAIN_ID: string;
  ESCROW_CONTRACT_ADDRESS_2: string;
  MOCK_ERC20_ADDRESS: string;
  ESCROW_BRIDGE_WALLET: string;
  JUNO_WALLET: string;
  START_BLOCK: string;
  /** In which schema its views are: `chain` when left out. */
  INDEX_SCHEMA?: string | undefined;
}

export interface PonderOptions {
  checkout: string;
  env: PonderEnvironment;
  /** Where several run beside each other, each over a chain of its own. */
  name?: string;
  /** A free one when left out. */
  port?: number;
  /** "ready" (when left out): the facts can be read. "alive": it answers, and goes on reading a long history. */
  until?: "ready" | "alive";
  /** Node's own, before Ponder's. */
  flags?: readonly string[];
}

export interface RunningPonder {
  url: string;
  /** The schema its tables are in; that of INDEX_SCHEMA holds the views of the newest one. */
  schema: string;
  pid: number;
  stop: Child["stop"];
}

/** A lock left by a SIGKILL is honoured for 25 s (ponder.md 9), and a start takes about 4 s. */
const READY_WITHIN_MS = 60_000;

/**
 * Starts Ponder on 127.0.0.1 over ponder.config.ts of the checkout and waits until the facts can be read.
 * @throws {StackError} when the port is taken (Ponder would silently take the next one) or it does not come up
 */
export async function startPonder(supervisor: Supervisor, options: PonderOptions): Promise<RunningPonder> {
  const port = options.port ?? (await freePort());
  await requireFreePort(port, "Ponder");
  const schema = factsSchema(options.checkout, options.env);
  const views = options.env.INDEX_SCHEMA ?? FIRST_INDEX_SCHEMA;
  const child = await supervisor.start({
    name: options.name ?? "ponder",
    command: process.execPath,
    args: [...(options.flags ?? []), ...ponderCommand({ schema, views, host: "127.0.0.1", port })],
    cwd: options.checkout,
    env: programEnvironment({ ...options.env, ...ponderSettings(port) }),
    // SIGTERM ends it before it gives its lock back, and the next start waits 25 s.
    stopSignal: "SIGINT",
  });
  const url = `http://127.0.0.1:${port}`;
  const path = options.until === "alive" ? "/health" : "/ready";
  await waitUntilReady(child, READY_WITHIN_MS, () => answers(url + path));
  return { url, schema, pid: child.pid, stop: child.stop };
}
