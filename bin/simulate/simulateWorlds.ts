import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Outcome } from "./simulate.ts";
import type { Options } from "./world.ts";

/** Payments of one world. What they do together they do within an hour or two; more of them show little new and cost more each. */
const WORLD = 250;

/** A run's worlds: each has its own bank, chain, clock and books, and none meets another. */
export function worldsOf({ payments, ...rest }: Omit<Options, "first">): readonly Options[] {
  return Array.from({ length: Math.ceil(payments / WORLD) }, (_, index) => {
    const first = index * WORLD + 1;
    return { ...rest, first, payments: Math.min(WORLD, payments - first + 1) };
  }).filter(({ only, first, payments: size }) => only?.some((one) => one >= first && one < first + size) ?? true);
}

/**
 * Simulates worlds in processes of their own, so many at a time. @returns what became of each, in their order.
 * @throws Error when a process ends without saying.
 */
export async function simulateWorlds(worlds: readonly Options[], processes: number): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async () => {
    const child = fork(fileURLToPath(new URL("./worldProcess.ts", import.meta.url)));
    try {
      for (let at = next++; at < worlds.length; at = next++) {
        const world = worlds[at];
        if (world) outcomes[at] = await simulateIn(child, world);
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(processes, worlds.length) }, work));
  return outcomes;
}

function simulateIn(child: ChildProcess, world: Options): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`The world from payment ${world.first} on ended with code ${code}.`));
    child.once("exit", ended);
    child.once("message", (outcome) => {
      child.off("exit", ended);
      resolve(outcome as Outcome);
    });
    child.send(world);
  });
}
