import { expect, test } from "vitest";
import { runTiny } from "./runTiny.ts";

const WITHIN_MS = 180_000;

/** What each bench ends with, by the names that programs read. */
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  backlog: ["claimMs", "claimRatio", "sweepMs", "sweepUsPerDueLeg", "sweepRatio"],
  chain: [
    ...["escrowsPerSecond", "signerEscrowsPerSecond", "gasCreate", "gasFund", "gasRelease"],
    ...["gasPerPayment", "gasPooledPerPayment", "gasClonesPerPayment", "gasCreateInBatch"],
  ],
  api: ["p50Ms", "p99Ms", "honoP50Ms", "honoP99Ms", "requestsPerSecond"],
  memory: ["begunMb", "mostMb", "restMb", "growth"],
  reaction: [
    ...["p50Ms", "p99Ms", "floorP50Ms", "floorP99Ms"],
    ...["webhookP50Ms", "webhookP99Ms", "webhookFloorP50Ms", "webhookFloorP99Ms"],
  ],
  throughput: ["paymentsPerSecond", "legsPerSecond", "byHandPerSecond", "overByHand"],
  reconcile: ["fullMs", "nothingNewMs", "incrementalMs"],
};

for (const [name, keys] of Object.entries(FIGURES)) {
  test(
    `the bench ${name}, made small, ends with its figures`,
    async () => {
      expect(await runTiny(name)).toEqual(Object.fromEntries(keys.map((key) => [key, expect.any(Number)])));
    },
    WITHIN_MS,
  );
}
