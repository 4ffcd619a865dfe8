import { readdirSync, readFileSync } from "node:fs";

const TICKS_A_SECOND = 100;

/**
 * CPU time of the server to which a backend belongs, with all its processes, also those that have ended; ms. Only Linux tells
 * it: elsewhere it is 0.
 */
export function serverCpuMs(backendPid: number): number {
  const server = statOf(String(backendPid))?.parent;
  if (server === undefined) return 0;
  let ticks = 0;
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    const stat = statOf(name);
    if (stat === null) continue;
    if (Number(name) === server) ticks += stat.ownTicks + stat.endedTicks;
    else if (stat.parent === server) ticks += stat.ownTicks;
  }
  return (ticks * 1_000) / TICKS_A_SECOND;
}

/** What Linux says of a process; null when it has ended meanwhile, or where there is no Linux. */
function statOf(pid: string) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may have anything in it.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const at = (nth: number) => Number(fields[nth]);
    return { parent: at(1), ownTicks: at(11) + at(12), endedTicks: at(13) + at(14) };
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code))) return null;
    throw error;
  }
}
