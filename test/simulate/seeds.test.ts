import { describe, expect, test } from "vitest";
import { simulate } from "../../bin/simulate/simulate.ts";
import { SEEDS } from "./seeds.ts";

// The world is simulated here on purpose: these are the simulator's own finds (seeds.ts says how each is found again).

const SLOW_MS = 300_000;

describe.each(Object.entries(SEEDS))("the seed under which %s", (_, { world, sabotage, message }) => {
  test("shows nothing that must never be, now that it is mended", { timeout: SLOW_MS }, async () => {
    const outcome = await simulate(world);
    expect(outcome.violations).toEqual([]);
    expect(outcome).toMatchObject({ duplicates: 0, lostCentavos: "0" });
  });

  test("still shows it where it is put back", { timeout: SLOW_MS }, async () => {
    const outcome = await simulate(world, sabotage);
    expect(outcome.violations.map((violation) => violation.message).join("\n")).toMatch(message);
  });
});
