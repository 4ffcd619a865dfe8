import { readFileSync } from "node:fs";
import type { Environment } from "./planStack.ts";
import { launchProgram } from "./startProgram.ts";
import type { Child, Supervisor } from "./supervise.ts";
import { waitUntilReady } from "./waitUntilReady.ts";

export interface TripwireOptions {
  checkout: string;
  /** Where several run beside each other, each over a bank account of its own. */
  name?: string;
  /** All that tripwire/config.ts reads. */
  env: Environment;
}

const READY_WITHIN_MS = 60_000;

/**
 * Starts the tripwire as a process of its own.
 * @throws {StackError} with its last words, when it does not come up
 */
export async function startTripwire(supervisor: Supervisor, options: TripwireOptions): Promise<Child> {
  const { checkout, env } = options;
  const child = await launchProgram(supervisor, {
    name: options.name ?? "tripwire",
    checkout,
    file: "tripwire/main.ts",
    env,
  });
  // It listens nowhere: what it says is all there is to ask.
  await waitUntilReady(child, READY_WITHIN_MS, async () => readFileSync(child.logPath, "utf8").includes("en guardia"));
  return child;
}
