import { programEnvironment } from "./programEnvironment.ts";
import type { Child, Supervisor } from "./supervise.ts";
import { answers, waitUntilReady } from "./waitUntilReady.ts";

export interface ProgramToStart {
  name: string;
  checkout: string;
  /** The TypeScript file to run, relative to the checkout. */
  file: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Answers 2xx once the program is ready. */
  readyUrl: string;
}

const READY_WITHIN_MS = 60_000;

/**
 * Starts a program of ours by Node itself (tsx is loaded into it, there is no wrapper process) and waits until it is ready.
 * @throws {StackError} with its last words, when it does not come up
 */
export async function startProgram(supervisor: Supervisor, program: ProgramToStart): Promise<Child> {
  const child = await launchProgram(supervisor, program);
  await waitUntilReady(child, READY_WITHIN_MS, () => answers(program.readyUrl));
  return child;
}

/** Starts it and waits for nothing: it may be meant to die before it is ready. */
export function launchProgram(supervisor: Supervisor, program: Omit<ProgramToStart, "readyUrl">): Promise<Child> {
  return supervisor.start({
    name: program.name,
    command: process.execPath,
    args: ["--import", "tsx", program.file],
    cwd: program.checkout,
    env: programEnvironment(program.env),
    stopSignal: "SIGTERM",
  });
}
