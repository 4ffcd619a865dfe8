import { describe, expect, test } from "vitest";
import { cellName, everyAction, everyCell, OUTCOMES, voidReason } from "../../bin/certify/cells.ts";
import { endOf } from "../../bin/certify/endOf.ts";
import { plans } from "../../bin/certify/plans.ts";
import { shardOf } from "../../bin/certify/shardOf.ts";
import { bankPerformers, chainPerformers } from "../../reactor/effects/performers.ts";
import { tables } from "../../reactor/payments/leg.ts";
import type { Row } from "../../reactor/payments/table.ts";
import { CRASH_POINTS } from "../../reactor/reactor.ts";

const rows: readonly Row<string>[] = Object.values(tables).flatMap((table): Row<string>[] => Object.values(table));
/** Only asks; nothing leaves by it that could be lost or repeated. */
const LOOKS = ["confirmBlock"];

describe("the cells", () => {
  test("are of every action that a state performs, and of the allowance", () => {
    const performed = new Set(rows.flatMap(({ does }) => does ?? []).filter((action) => !LOOKS.includes(action)));
    expect([...everyAction()].sort()).toEqual([...performed, "approve"].sort());
  });

  test("have a plan for every performer, and none for an action that nobody performs", () => {
    const performers = Object.keys({ ...bankPerformers, ...chainPerformers });
    expect(Object.keys(plans).sort()).toEqual([...performers, "approve"].sort());
    for (const action of everyAction()) {
      expect(plans[action].rail, action).toBe(
        action === "approve" ? "allowance" : action in bankPerformers ? "bank" : "chain",
      );
    }
  });

  test("are every action at every point with every outcome, once", () => {
    const names = everyCell().map(cellName);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(everyAction().length * CRASH_POINTS.length * OUTCOMES.length);
  });

  test("are each of one shard, and most shards are of one system", () => {
    const shards = Array.from({ length: 8 }, (_, place) => shardOf(everyCell(), { nth: place + 1, of: 8 }));
    expect(shards.flat().map(cellName).sort()).toEqual(everyCell().map(cellName).sort());
    const systems = shards.map((shard) => new Set(shard.map(({ action }) => plans[action].shape)).size);
    expect(systems.filter((count) => count > 1).length).toBeLessThanOrEqual(1);
  });

  test("cannot exist only for a reason, and each action lives at each point with a yes", () => {
    const reasons = everyCell().flatMap((cell) => voidReason(cell) ?? []);
    for (const reason of reasons) expect(reason).toMatch(/\w+ .*\w+/);
    for (const cell of everyCell().filter(({ outcome }) => outcome === "ok")) {
      expect(voidReason(cell), cellName(cell)).toBeUndefined();
    }
  });

  test("of what has left are all alive: a call that is on its way can end in each of the four ways", () => {
    for (const cell of everyCell().filter(({ point }) => point === "before_reply" || point === "after_reply")) {
      expect(voidReason(cell), cellName(cell)).toBeUndefined();
    }
  });

  test("end in review only by a stored definite no, and at the buyer's account by a dispute's ruling", () => {
    const live = everyCell().filter((cell) => voidReason(cell) === undefined);
    const inReview = live.filter((cell) => endOf(cell).status === "review");
    expect(inReview.map(cellName)).toEqual(["withdraw · after_commit · refused", "redeem · after_commit · refused"]);
    const refunded = live.filter((cell) => endOf(cell).status === "refunded");
    expect(new Set(refunded.map(({ action }) => action))).toEqual(new Set(["resolveForBuyer"]));
  });
});
