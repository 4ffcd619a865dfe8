import { expect, test } from "vitest";
import { judge, SECOND_READING_MS, type Sighting, type WatchedFact } from "../../reactor/payments/watchedFact.ts";
import { BRIDGE, ESCROW_CONTRACT, NOW_MS } from "./knownFacts.ts";

const WATCHED: WatchedFact = {
  claimId: 1,
  legId: 1,
  txHash: "0xaa",
  blockNumber: 90n,
  blockHash: "0xb90",
  from: ESCROW_CONTRACT,
  to: BRIDGE,
  amountBaseUnits: 1_500_500_000n,
  missingSinceMs: null,
  breakNumber: null,
};
const BROKEN = { ...WATCHED, missingSinceMs: NOW_MS - 60_000, breakNumber: 7 };
const missingFor = (ms: number) => ({ ...WATCHED, missingSinceMs: NOW_MS - ms });

const HERE = { kind: "there", blockNumber: 90n, blockHash: "0xb90", settled: false } as const;
const ELSEWHERE = { kind: "there", blockNumber: 92n, blockHash: "0xb92", settled: false } as const;
const ABSENT = { kind: "absent", blockHash: "0xc90" } as const;
const DIFFERS = { kind: "differs", blockNumber: 92n, blockHash: "0xb92", transfers: [] } as const;
const followed = { kind: "follow", blockNumber: 92n, blockHash: "0xb92" };

test.each<[string, WatchedFact, Sighting, object]>([
  ["where it was: nothing follows", WATCHED, HERE, { kind: "stays" }],
  ["in another block: its block moves on", WATCHED, ELSEWHERE, followed],
  [
    "at the same height under another hash: its block moves on",
    WATCHED,
    { ...HERE, blockHash: "0xc90" },
    { kind: "follow", blockNumber: 90n, blockHash: "0xc90" },
  ],
  [
    "back where it was: the missing is forgotten",
    missingFor(3_000),
    HERE,
    { kind: "follow", blockNumber: 90n, blockHash: "0xb90" },
  ],
  [
    "settled: it is not watched any more",
    WATCHED,
    { ...HERE, settled: true },
    { kind: "settle", blockNumber: 90n, blockHash: "0xb90" },
  ],
  ["unknown: nothing follows, however long", missingFor(3_600_000), { kind: "unknown" }, { kind: "stays" }],
  ["absent once: only missing", WATCHED, ABSENT, { kind: "miss" }],
  ["absent again too soon: still only missing", missingFor(SECOND_READING_MS - 1), ABSENT, { kind: "stays" }],
  ["absent in two readings far enough apart: broken", missingFor(SECOND_READING_MS), ABSENT, { kind: "break" }],
  ["something else in its transaction: broken at once", WATCHED, DIFFERS, { kind: "break" }],
  ["broken and still absent: broken once", BROKEN, ABSENT, { kind: "stays" }],
  ["broken and still different: broken once", BROKEN, DIFFERS, { kind: "stays" }],
  ["broken and back: it heals", BROKEN, ELSEWHERE, followed],
  [
    "broken, back and settled: it heals for good",
    BROKEN,
    { ...ELSEWHERE, settled: true },
    { ...followed, kind: "settle" },
  ],
])("a consumed Transfer %s", (_what, watched, sighting, verdict) => {
  expect(judge(watched, sighting, NOW_MS)).toEqual(verdict);
});
