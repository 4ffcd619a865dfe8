import { defineConfig } from "vitest/config";

/** Tests whose files leave nothing behind in their process: one process loads the program once for many of them. */
const TOGETHER = "chain docs http import juno metrics ops payments reactor reconcile sandbox step store timers webhooks"
  .split(" ")
  .map((room) => `test/${room}/**/*.test.ts`)
  .concat("test/pages/*.test.ts");

export default defineConfig({
  test: {
    globalSetup: ["test/harness/globalSetup.ts"],
    // Real Postgres, Anvil, Ponder and sandbox mostly wait for blocks: two cores carry three files at a time, not more.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default"],
    projects: [
      { extends: true, test: { name: "faults", include: ["test/faults/**/*.test.ts"] } },
      { extends: true, test: { name: "together", include: TOGETHER, isolate: false } },
      {
        extends: true,
        test: { name: "alone", include: ["test/**/*.test.ts"], exclude: [...TOGETHER, "test/faults/**"] },
      },
    ],
  },
});
