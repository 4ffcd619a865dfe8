import { expect, test } from "vitest";
import {
  judge,
  mayAskNode,
  SECOND_READING_MS,
  type Sighting,
  type WatchedFact,
} from "../../reactor/payments/watchedFact.ts";
import { BRIDGE, ESCROW_CONTRACT, NOW_MS } from "./knownFacts.ts";

const WATCHED: WatchedFact = {
  claimId: 1,
  legId: 1,
  kind: "Transfer",
  escrowId: null,
  txHash: "0xaa",
  blockNumber: 90n,
  blockHash: "0xb90",
  from: ESCROW_CONTRACT,
  to: BRIDGE,
  amountBaseUnits: 1_500_500_000n,
  missingSinceMs: null,
  askedAtMs: null,
  openBreak: null,
};
const BROKEN = { ...WATCHED, missingSinceMs: NOW_MS - 60_000, openBreak: { number: 7, sinceMs: NOW_MS - 60_000 } };
const missingFor = (ms: number) => ({ ...WATCHED, missingSinceMs: NOW_MS - ms });

const HERE = { kind: "there", blockNumber: 90n, blockHash: "0xb90", settled: false } as const;
const ELSEWHERE = { kind: "there", blockNumber: 92n, blockHash: "0xb92", settled: false } as const;
const ABSENT = { kind: "absent", blockHash: "0xc90" } as const;
const DIFFERS = { kind: "differs", blockNumber: 92n, blockHash: "0xb92", logs: [] } as const;
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
])("a consumed log %s", (_what, watched, sighting, verdict) => {
  expect(judge(watched, sighting, NOW_MS)).toEqual(verdict);
});

test("the node is asked for a log at every turn until its break is open, and then ever less often, at least every five minutes", () => {
  expect(mayAskNode({ ...WATCHED, askedAtMs: NOW_MS }, NOW_MS)).toBe(true);
  const pauseMs = (ageMs: number) => {
    const broken = { ...WATCHED, openBreak: { number: 7, sinceMs: NOW_MS - ageMs } };
    const after = (ms: number) => mayAskNode({ ...broken, askedAtMs: NOW_MS - ms }, NOW_MS);
    return [1_000, 7_500, 60_000, 300_000].find((ms) => after(ms) && !after(ms - 1));
  };
  expect([1_000, 60_000, 480_000, 86_400_000].map(pauseMs)).toEqual([1_000, 7_500, 60_000, 300_000]);
});

test("a clock that was set back does not silence the question", () => {
  const broken = { ...WATCHED, openBreak: { number: 7, sinceMs: NOW_MS + 3_600_000 }, askedAtMs: NOW_MS + 3_600_000 };
  expect(mayAskNode(broken, NOW_MS)).toBe(true);
});
