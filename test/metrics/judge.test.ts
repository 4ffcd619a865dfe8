import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { JUDGED, judge } from "../../reactor/metrics/judge.ts";
import type { Stored } from "../../reactor/metrics/setGauges.ts";

/** A reading on which nothing stands. */
const CALM: Stored = {
  gauges: {
    legs: [
      { kind: "custody", state: "active", count: 9, oldestS: 90_000, medianS: 60 },
      { kind: "payout", state: "paying", count: 1, oldestS: 7_000, medianS: 60 },
    ],
    oldestDueS: 119,
    openAttempts: [
      { action: "redeem", outcome: "unknown", count: 1, oldestS: 599 },
      { action: "redeem", outcome: "pending", count: 1, oldestS: 9_999 },
    ],
    money: [],
    unassignedDeposits: 0,
    deliveries: [{ endpointId: 1, pending: 5, abandoned: 2, oldestS: 3_599 }],
    endpointsDisabled: 0,
    oldestNoticeS: null,
    oldestUnscreenedS: 899,
    openPulls: 0,
    openPlans: 0,
    openBreaks: 0,
    processes: [],
    bankReadingS: 659,
    months: { strayRows: 0, madeForS: 14 * 86_400 },
  },
  lag: { blocks: 1, seconds: 1, stale: false },
};
const changed = (gauges: Partial<Stored["gauges"]>): Stored => ({ ...CALM, gauges: { ...CALM.gauges, ...gauges } });

test("on a calm day nothing stands", () => {
  expect(judge(CALM)).toEqual([]);
});

const CASES: readonly (readonly [string, Stored])[] = [
  ["KustodiaMoneyStopped", changed({ openPulls: 1 })],
  [
    "KustodiaUnknownOrder",
    changed({ openAttempts: [{ action: "redeem", outcome: "unknown", count: 1, oldestS: 601 }] }),
  ],
  ["KustodiaLegInReview", changed({ legs: [{ kind: "payout", state: "review", count: 2, oldestS: 1, medianS: 1 }] })],
  ["KustodiaLegsOverdue", changed({ oldestDueS: 121 })],
  [
    "KustodiaPayoutSlow",
    changed({ legs: [{ kind: "payout", state: "paying", count: 1, oldestS: 7_201, medianS: 1 }] }),
  ],
  ["KustodiaPayoutUnscreened", changed({ oldestUnscreenedS: 901 })],
  ["KustodiaBankSilent", changed({ bankReadingS: 661 })],
  ["KustodiaFactsStale", { ...CALM, lag: { ...CALM.lag, stale: true } }],
  ["KustodiaUnassignedDeposit", changed({ unassignedDeposits: 3 })],
  ["KustodiaWebhookLate", changed({ deliveries: [{ endpointId: 1, pending: 1, abandoned: 0, oldestS: 3_601 }] })],
  ["KustodiaHistoryUnplanned", changed({ months: { strayRows: 1, madeForS: 14 * 86_400 } })],
  ["KustodiaHistoryUnplanned", changed({ months: { strayRows: 0, madeForS: 14 * 86_400 - 1 } })],
  ["KustodiaWebhookDisabled", changed({ endpointsDisabled: 1 })],
];

test.each(CASES)("%s stands alone when it should", (name, stored) => {
  expect(judge(stored).map((one) => one.name)).toEqual([name]);
});

test("each has a case here, and an entry in the runbook", () => {
  expect([...JUDGED].sort()).toEqual([...new Set(CASES.map(([name]) => name))].sort());
  const runbook = readFileSync(join(resolve(import.meta.dirname, "../.."), "RUNBOOK.md"), "utf8");
  for (const name of JUDGED) expect(runbook).toContain(`## ${name}\n`);
});
