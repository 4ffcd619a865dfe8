import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createChance } from "./chance.ts";
import type { Outcome } from "./simulate.ts";
import type { Crowd, Options } from "./world.ts";

/** The first world of every run: as many orders of one amount at a time as there can be. */
const MOST_CROWDED: Crowd = { betweenPaymentsMs: 300, amounts: 3, batch: 100 };
/** Payments of one world. A larger one costs more for each: every reading of its bank lists all of it. */
const [SMALLEST, LARGEST] = [100, 350];

/**
 * A run's worlds, drawn by its seed: large and small, crowded and quiet. Each has its own bank, chain, clock and books, and none
 * meets another.
 */
export function worldsOf({ payments, ...rest }: Omit<Options, "first" | "crowd">): readonly Options[] {
  const chance = createChance(String(rest.seed));
  const worlds: Options[] = [];
  for (let first = 1; first <= payments; ) {
    const size = Math.min(chance.between(SMALLEST, LARGEST, "size", first), payments - first + 1);
    const crowd = {
      betweenPaymentsMs: chance.between(300, 4_000, "pace", first),
      amounts: chance.between(2, 24, "amounts", first),
      batch: chance.between(5, 100, "batch", first),
    };
    worlds.push({ ...rest, first, payments: size, crowd: first === 1 ? MOST_CROWDED : crowd });
    first += size;
  }
  return worlds.filter(
    ({ only, first, payments: size }) => only?.some((one) => one >= first && one < first + size) ?? true,
  );
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
