import { describe, expect, test } from "vitest";
import { type Look, NOWHERE, type Position, positionAfter } from "../../bin/image/watchIndex.ts";

const judged = (...looks: readonly Omit<Look, "nowMs">[]): Position =>
  looks.reduce<Position>((position, look, place) => positionAfter(position, { ...look, nowMs: place }), NOWHERE);

describe("an index stands", () => {
  test("from the look on at which the chain is further and it is not", () => {
    expect(judged({ indexed: 5, head: 5n }, { indexed: 5, head: 5n }, { indexed: 5, head: 6n }).sinceMs).toBe(2);
    const longer = judged({ indexed: 5, head: 5n }, { indexed: 5, head: 6n }, { indexed: 5, head: 9n });
    expect(longer.sinceMs).toBe(1);
  });

  test("while it does not answer, and the chain moves", () => {
    expect(judged({ indexed: 5, head: 5n }, { indexed: null, head: 6n }).sinceMs).toBe(1);
    expect(judged({ indexed: null, head: 5n }, { indexed: null, head: 6n }).sinceMs).toBe(1);
  });

  test("no more once it tells another block, also an older one, as after a reorg", () => {
    expect(judged({ indexed: 5, head: 5n }, { indexed: 5, head: 6n }, { indexed: 6, head: 9n }).sinceMs).toBeNull();
    expect(judged({ indexed: 5, head: 5n }, { indexed: 5, head: 6n }, { indexed: 3, head: 6n }).sinceMs).toBeNull();
  });

  test("not while the chain stands, or its node is silent: the index has nothing to read", () => {
    expect(judged({ indexed: 5, head: 5n }, { indexed: 5, head: 5n }, { indexed: 5, head: null }).sinceMs).toBeNull();
    const silent = judged({ indexed: 5, head: null }, { indexed: 5, head: 9n }, { indexed: 5, head: 9n });
    expect(silent.sinceMs).toBeNull();
  });

  test("not since the chain stood still: the moment counts from its next block", () => {
    const look = { indexed: 5, head: 5n };
    expect(judged(look, look, look, look, { indexed: 5, head: 6n }).sinceMs).toBe(4);
  });
});
