import { resolve } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Cell, cellName } from "../../bin/certify/cells.ts";
import { certifySystem } from "../../bin/certify/certifySystem.ts";
import { clearFaults } from "../../bin/certify/faults.ts";
import { openSystem, type System } from "../../bin/certify/openSystem.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { openTestFolder } from "../harness/testFolder.ts";

/** A cell whose fault meets no call proves another cell than its own: it may not pass. */
const folder = openTestFolder();
const supervisor = supervise(folder.path);
let system: System;

beforeAll(async () => {
  system = await openSystem(supervisor, resolve(import.meta.dirname, "../.."), inject("postgresUrl"), "one-step");
}, 60_000);
afterAll(async () => {
  await system.close();
  await supervisor.stopAll(10_000);
  folder.remove();
});

const CELLS: readonly Cell[] = [
  { action: "withdraw", point: "after_reply", outcome: "did_not_happen" },
  { action: "release", point: "before_reply", outcome: "happened" },
  { action: "release", point: "after_intent", outcome: "ok" },
];

test("a cell whose fault struck nothing fails by name, though its payment ends where it should", async () => {
  const toothless: System = {
    ...system,
    // Each fault is taken back before there is anybody whom it could meet.
    launchReactor: async (env) => {
      await clearFaults(system);
      return system.launchReactor(env);
    },
  };
  const { cells } = await certifySystem(toothless, CELLS, { whole: false, say: () => undefined });
  expect(cells.map(({ cell, failures }) => [cellName(cell), failures])).toEqual([
    [
      "withdraw · after_reply · did_not_happen",
      ["its fault struck nothing before it died: the outcome was not did_not_happen"],
    ],
    ["release · before_reply · happened", ["its fault struck nothing before it died: the outcome was not happened"]],
    ["release · after_intent · ok", []],
  ]);
}, 240_000);
