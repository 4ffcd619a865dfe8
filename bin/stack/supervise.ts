import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type RecordedChild, writePidFile } from "./pidFile.ts";
import { type ProcessIdentity, processStart } from "./processStart.ts";
import { StackError } from "./StackError.ts";
import { stopProcess } from "./stopProcess.ts";

export interface ChildToStart {
  /** Names the log and the entry in the pid file. */
  name: string;
  /** The real binary, never npm, npx or a shell: a signal must reach the program itself. */
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** How this program wants to be asked to end. */
  stopSignal: RecordedChild["stopSignal"];
  /** True when its end fails nothing: it does one thing and ends, such as initdb, or its starter starts it again. */
  mayEnd?: boolean;
  /** Another user to run as (root only). */
  runAs?: { uid: number; gid: number } | undefined;
}

export interface Child {
  name: string;
  pid: number;
  logPath: string;
  /** Undefined while it runs; then how it ended. */
  exit(): ChildExit | undefined;
  /** Resolves when it has ended, asked or not. */
  ended: Promise<ChildExit>;
  /** The last lines of its log, for an error a person reads. */
  lastWords(): string;
  /** Asks it to end, waits up to `boundMs` (5 s if not given), then kills it. Safe to call twice. */
  stop(boundMs?: number): Promise<"ended" | "killed">;
}

export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** True when we asked for it. */
  expected: boolean;
}

export interface Supervisor {
  /** Where `pids.json` and `logs/` are. */
  folder: string;
  /** @throws {StackError} when the system cannot run that file, or not as that user, or when stopAll was called */
  start(child: ChildToStart): Promise<Child>;
  /**
   * Ends every child, last started first, within `totalMs` in all: what depends on others ends before them. A child may
   * use all the time that the ones after it can spare. Nothing can be started any more.
   */
  stopAll(totalMs: number): Promise<void>;
  /** Resolves with the first child that ends without having been asked to, or is given up. */
  failed: Promise<Child>;
  /** Tells that the end of a child that might end is a failure after all. */
  giveUp(child: Child): void;
}

/** Kept for each child that is still to be stopped: enough for one that has nothing left to do. */
const LEAST_EACH_MS = 500;

/**
 * A supervisor that writes every child it starts into `folder/pids.json` and its output into `folder/logs/<name>.log`.
 * Children are detached: a Ctrl-C in the terminal reaches only us, and we end them in an order that loses nothing.
 */
export function supervise(folder: string): Supervisor {
  const logs = join(folder, "logs");
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const recorded = new Map<number, RecordedChild>();
  const running = new Set<Child>();
  let stopping = false;
  let reportFailure: (child: Child) => void = () => undefined;
  const failed = new Promise<Child>((resolve) => {
    reportFailure = resolve;
  });
  const record = () => writePidFile(folder, [...recorded.values()]);
  record();

  async function start(toStart: ChildToStart): Promise<Child> {
    if (stopping) throw beingStopped(toStart.name);
    const logPath = join(logs, `${toStart.name}.log`);
    // The log of this run and of the one before: enough to see how a kill -9 came about, and never more than two.
    if (existsSync(logPath)) renameSync(logPath, join(logs, `${toStart.name}.previous.log`));
    const log = openSync(logPath, "w", 0o600);
    const spawned = spawn(toStart.command, toStart.args, {
      cwd: toStart.cwd,
      env: toStart.env,
      detached: true,
      stdio: ["ignore", log, log],
      ...toStart.runAs,
    });
    closeSync(log);
    if (spawned.pid === undefined) throw cannotRun(toStart.command, (await once(spawned, "error"))[0]);

    // From here to record() nothing is awaited: a child must be on file before anything can go wrong.
    const identity = identify(spawned.pid);
    recorded.set(identity.pid, { ...identity, name: toStart.name, stopSignal: toStart.stopSignal });
    record();

    let ending = false;
    let exit: ChildExit | undefined;
    const ended = once(spawned, "exit").then(([code, signal]): ChildExit => {
      exit = { code, signal, expected: ending };
      recorded.delete(identity.pid);
      running.delete(child);
      record();
      if (!ending && !toStart.mayEnd) reportFailure(child);
      return exit;
    });
    const child: Child = {
      name: toStart.name,
      pid: identity.pid,
      logPath,
      exit: () => exit,
      ended,
      lastWords: () => readFileSync(logPath, "utf8").trimEnd().split("\n").slice(-8).join("\n"),
      stop: async (boundMs = 5_000) => {
        ending = true;
        const way = await stopProcess(identity, toStart.stopSignal, boundMs);
        await ended;
        return way;
      },
    };
    running.add(child);
    return child;
  }

  async function stopAll(totalMs: number): Promise<void> {
    stopping = true;
    const deadline = performance.now() + totalMs;
    const lastFirst = [...running].reverse();
    for (const [index, child] of lastFirst.entries()) {
      const keptForOthers = (lastFirst.length - 1 - index) * LEAST_EACH_MS;
      await child.stop(Math.max(LEAST_EACH_MS, deadline - performance.now() - keptForOthers));
    }
  }

  return { folder, start, stopAll, failed, giveUp: reportFailure };
}

function identify(pid: number): ProcessIdentity {
  // A child that has already ended has no start time; the empty one equals no process, so nobody else is ever killed.
  return { pid, startedAt: processStart(pid) ?? "" };
}

function beingStopped(name: string): StackError {
  return new StackError({
    es: `El sistema se está deteniendo; ${name} ya no se inicia.`,
    en: `The system is being stopped; ${name} is not started any more.`,
  });
}

function cannotRun(command: string, cause: unknown): StackError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StackError(
    {
      es: `No se pudo ejecutar ${command} (${reason}): compruebe que está ahí y que es ejecutable; "npm install" lo instala.`,
      en: `${command} could not be run (${reason}): check that it is there and executable; "npm install" puts it there.`,
    },
    { cause },
  );
}
