import { expect, test } from "vitest";
import { isNewestFirst } from "../../reactor/isNewestFirst.ts";

const read = (...moments: readonly number[]) => moments.map((createdAtMs) => ({ createdAtMs }));

test.each([
  ["the newest first", read(3, 2, 1), true],
  ["several of one moment among them", read(3, 2, 2, 1), true],
  ["the oldest first", read(1, 2, 3), false],
  ["one that stands too far down", read(3, 1, 2, 1), false],
  ["one that stands too far up", read(4, 2, 5, 1), false],
])("a list that shows %s", (_, list, expected) => {
  expect(isNewestFirst(list)).toBe(expected);
});

test("what is too short to show an order, or is all of one moment, has none", () => {
  expect([read(), read(1), read(2, 2)].map(isNewestFirst)).toEqual([false, false, false]);
});
