import type { Environment } from "./planStack.ts";
import { launchProgram, type ProgramToStart, startProgram } from "./startProgram.ts";
import type { Child, Supervisor } from "./supervise.ts";

export interface ReactorOptions {
  checkout: string;
  port: number;
  /** All that reactor/config.ts reads but the port. */
  env: Environment;
  bank: "sandbox" | "configured";
  /** Several reactors may run beside each other; this tells their logs apart. */
  name?: string;
  /** "ready" (when left out): it can move money now. "alive": it answers, while the index still reads a long history. */
  until?: "ready" | "alive";
  /** True when its end fails nothing, since its starter starts it again. */
  mayEnd?: boolean;
}

export interface RunningReactor {
  url: string;
  pid: number;
  logPath: string;
  stop: Child["stop"];
  child: Child;
}

/**
 * Starts a reactor with its API on 127.0.0.1.
 * @throws {StackError} with its last words, when it does not come up
 */
export async function startReactor(supervisor: Supervisor, options: ReactorOptions): Promise<RunningReactor> {
  const child = await startProgram(supervisor, programOf(options));
  const { pid, logPath, stop } = child;
  return { url: urlOf(options), pid, logPath, stop, child };
}

/** Starts a reactor and does not wait for it. */
export function launchReactor(supervisor: Supervisor, options: ReactorOptions): Promise<Child> {
  return launchProgram(supervisor, programOf(options));
}

function programOf(options: ReactorOptions): ProgramToStart {
  const url = urlOf(options);
  return {
    name: options.name ?? "reactor",
    checkout: options.checkout,
    file: "reactor/main.ts",
    env: {
      ...options.env,
      API_PORT: String(options.port),
      // Only a bank on this machine can ring at a loopback address.
      ...(options.bank === "sandbox" ? { WEBHOOK_URL: `${url}/webhooks/juno` } : {}),
    },
    readyUrl: options.until === "alive" ? `${url}/health` : `${url}/ready`,
    ...(options.mayEnd === undefined ? {} : { mayEnd: options.mayEnd }),
  };
}

const urlOf = ({ port }: ReactorOptions) => `http://127.0.0.1:${port}`;
