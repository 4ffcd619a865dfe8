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

type Build = (checkout: string, file: string) => Promise<string>;

/** By what each supervisor's programs are built. */
const builders = new WeakMap<Supervisor, Build>();

/** Has a supervisor's programs built by its starter, who may have them already: the tests build each once for all of them. */
export function buildBy(supervisor: Supervisor, build: Build): Build {
  const once = onceEach(build);
  builders.set(supervisor, once);
  return once;
}

const intoFolderOf =
  (supervisor: Supervisor): Build =>
  (checkout, file) =>
    buildProgram(checkout, file, join(supervisor.folder, "programs"));

function builtBy(
  supervisor: Supervisor,
  { checkout, file }: Pick<ProgramToStart, "checkout" | "file">,
): Promise<string> {
  const build = builders.get(supervisor) ?? buildBy(supervisor, intoFolderOf(supervisor));
  return build(checkout, file);
}

/** Builds each program once, so that no restart waits for it. */
function onceEach(build: Build): Build {
  const built = new Map<string, Promise<string>>();
  return (checkout, file) => {
    const path = built.get(file) ?? build(checkout, file);
    built.set(file, path);
    return path;
  };
}
