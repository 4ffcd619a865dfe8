import { expect, test } from "vitest";
import type { Reactor } from "../../reactor/reactor.ts";
import { shareAnswer } from "../../reactor/shareAnswer.ts";

/** Two clocks that the test moves, and a question that counts how often it was asked. */
function share(answer: (nth: number) => Promise<number> = async (nth) => nth) {
  const clocks = { monotonicMs: 1_000, wallMs: 5_000 };
  let asked = 0;
  const world = { juno: { now: () => clocks.wallMs } } as Reactor["world"];
  const ask = shareAnswer({ monotonicMs: () => clocks.monotonicMs, world }, () => answer(++asked));
  return { clocks, ask };
}

test("an answer serves who comes within 50 ms of its question, and nobody later", async () => {
  const { clocks, ask } = share();
  const together = await Promise.all([ask(), ask()]);
  clocks.monotonicMs += 50;
  clocks.wallMs += 50;
  const inTime = await ask();
  clocks.monotonicMs += 1;
  expect([...together, inTime, await ask()]).toEqual([1, 1, 1, 2]);
});

test("a machine that was suspended asks anew, though its monotonic clock stood still", async () => {
  const { clocks, ask } = share();
  await ask();
  clocks.wallMs += 60_000;
  expect(await ask()).toBe(2);
});

test("a wall clock that was set back makes no answer last", async () => {
  const { clocks, ask } = share();
  await ask();
  clocks.wallMs -= 1;
  expect(await ask()).toBe(2);
});

test("a question that failed fails whoever shared it, and is asked anew by the next", async () => {
  const { ask } = share(async (nth) => {
    if (nth === 1) throw new Error("no answer");
    return nth;
  });
  const both = await Promise.allSettled([ask(), ask()]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await ask()).toBe(2);
});
