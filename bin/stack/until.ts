import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 50;

/**
 * Looks again and again until `look` gives something other than undefined, and returns that.
 * @param tell what a person is told of the last state, when the time is over.
 * @throws Error when it does not come within `withinMs`.
 */
export async function until<T>(
  what: string,
  withinMs: number,
  look: () => Promise<T | undefined>,
  tell: () => Promise<string> = async () => "",
): Promise<T> {
  const deadline = performance.now() + withinMs;
  while (true) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms. ${await tell()}`);
    await sleep(LOOK_EVERY_MS);
  }
}
