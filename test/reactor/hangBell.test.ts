import { expect, test } from "vitest";
import { hangBell } from "../../reactor/hangBell.ts";

const LONG_MS = 60_000;

/** Listens as often as said. @returns how many were woken so far. */
function listeners(bell: ReturnType<typeof hangBell>, count: number): () => Promise<number> {
  let woken = 0;
  for (let nth = 0; nth < count; nth++) void bell.heard(LONG_MS).then(() => woken++);
  return async () => {
    await new Promise(setImmediate);
    return woken;
  };
}

test("a ring that nobody heard is heard by whoever listens next, once", async () => {
  const bell = hangBell();
  bell.ring();
  expect(await bell.heard(LONG_MS)).toBe(true);
  expect(await bell.heard(1)).toBe(false);
});

test("a ring wakes one listener, the next ring the next one, and the end all of them", async () => {
  const bell = hangBell();
  const woken = listeners(bell, 4);
  bell.ring();
  expect(await woken()).toBe(1);
  bell.ring();
  expect(await woken()).toBe(2);
  bell.ringAll();
  expect(await woken()).toBe(4);
});

test("a listener who has stopped waiting takes no ring from another", async () => {
  const bell = hangBell();
  expect(await bell.heard(1)).toBe(false);
  const woken = listeners(bell, 1);
  bell.ring();
  expect(await woken()).toBe(1);
  expect(await bell.heard(1)).toBe(false);
});
