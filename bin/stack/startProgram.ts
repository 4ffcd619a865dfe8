import { join } from "node:path";
import { buildProgram } from "./buildProgram.ts";
import { programEnvironment } from "./programEnvironment.ts";
import type { Child, Supervisor } from "./supervise.ts";
import { answers, waitUntilReady } from "./waitUntilReady.ts";

export interface ProgramToStart {
  name: string;
  checkout: string;
  /** The TypeScript file to run, relative to the checkout. */
  file: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Node's own, before the program. */
  flags?: readonly string[];
  /** True when its end fails nothing, since its starter starts it again. */
  mayEnd?: boolean;
  /** Answers 2xx once the program is ready. */
  readyUrl: string;
}

const READY_WITHIN_MS = 60_000;

/**
 * Starts a program of ours by Node itself, without a wrapper process, and waits until it is ready.
 * @throws {StackError} with its last words, when it does not come up
 */
export async function startProgram(supervisor: Supervisor, program: ProgramToStart): Promise<Child> {
  const child = await launchProgram(supervisor, program);
  await waitUntilReady(child, READY_WITHIN_MS, () => answers(program.readyUrl));
  return child;
}

/** Starts it and waits for nothing: it may be meant to die before it is ready. */
export async function launchProgram(supervisor: Supervisor, program: Omit<ProgramToStart, "readyUrl">): Promise<Child> {
  return supervisor.start({
    name: program.name,
    command: process.execPath,
    args: ["--enable-source-maps", ...(program.flags ?? []), await builtBy(supervisor, program)],
    cwd: program.checkout,
    env: programEnvironment(program.env),
    stopSignal: "SIGTERM",
    ...(program.mayEnd === undefined ? {} : { mayEnd: program.mayEnd }),
  });
}

/** What each supervisor's programs were built into: built once, so that no restart waits for it. */
const built = new WeakMap<Supervisor, Map<string, Promise<string>>>();
const builders = new WeakMap<Supervisor, (checkout: string, file: string) => Promise<string>>();

/** Has a supervisor's programs built by its starter, who may have them already: the tests build each once for all of them. */
export function buildBy(supervisor: Supervisor, build: (checkout: string, file: string) => Promise<string>): void {
  builders.set(supervisor, build);
}

const buildInFolder = (supervisor: Supervisor) => (checkout: string, file: string) =>
  buildProgram(checkout, file, join(supervisor.folder, "programs"));

function builtBy(
  supervisor: Supervisor,
  { checkout, file }: Pick<ProgramToStart, "checkout" | "file">,
): Promise<string> {
  const ofSupervisor = built.get(supervisor) ?? new Map<string, Promise<string>>();
  built.set(supervisor, ofSupervisor);
  const path = ofSupervisor.get(file) ?? (builders.get(supervisor) ?? buildInFolder(supervisor))(checkout, file);
  ofSupervisor.set(file, path);
  return path;
}
