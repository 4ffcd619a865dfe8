import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type ProcessIdentity, processStart } from "./processStart.ts";

const identity = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
const running = identity.extend({ name: z.string(), stopSignal: z.enum(["SIGINT", "SIGTERM"]) });
const contents = z.object({ supervisor: identity, children: z.array(running) });

/** A child as the pid file keeps it: enough for a later run to find it and to end it the way it wants to be ended. */
export type RecordedChild = z.infer<typeof running>;
export type PidFile = z.infer<typeof contents>;

/** What an earlier (or the present) run wrote in `folder`, or `undefined` when there is no such file. */
export function readPidFile(folder: string): PidFile | undefined {
  const path = pathIn(folder);
  return existsSync(path) ? contents.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
}

/** Replaces the pid file whole, by rename: a kill -9 leaves the old one or the new one, never half of one. */
export function writePidFile(folder: string, children: readonly RecordedChild[]): void {
  const draft = `${pathIn(folder)}.new`;
  writeFileSync(draft, `${JSON.stringify({ supervisor: thisProcess(), children }, null, 2)}\n`);
  renameSync(draft, pathIn(folder));
}

function thisProcess(): ProcessIdentity {
  const startedAt = processStart(process.pid);
  if (startedAt === undefined) throw new Error("This process cannot find itself in the process table.");
  return { pid: process.pid, startedAt };
}

function pathIn(folder: string): string {
  return join(folder, "pids.json");
}
