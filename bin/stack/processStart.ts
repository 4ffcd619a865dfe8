import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process as it can be found again: a pid alone may by now belong to somebody else. */
export interface ProcessIdentity {
  pid: number;
  /** When the process began, in the words of this system; compared, never read. */
  startedAt: string;
}

/** When the process `pid` began, or `undefined` when there is none (a zombie counts as none: it does nothing any more). */
export function processStart(pid: number): string | undefined {
  return process.platform === "linux" ? startFromProc(pid) : startFromPs(pid);
}

/** True while the very process that was recorded still runs. */
export function isRunning(recorded: ProcessIdentity): boolean {
  return processStart(recorded.pid) === recorded.startedAt;
}

function startFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold spaces; the state follows it, and the start time
    // (in ticks since boot, proc(5) field 22) is the twentieth from there.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${fields[19]}`;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return line === "" || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, "");
  } catch (error) {
    // ps ends with 1 and prints nothing when there is no such process.
    if (error instanceof Error && "status" in error && error.status === 1) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  // ESRCH: the process ended between opening and reading its file.
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");
}
