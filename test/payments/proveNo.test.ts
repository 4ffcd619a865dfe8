import { expect, test } from "vitest";
import type { Facts } from "../../reactor/payments/facts.ts";
import { type LateReadings, proveNo } from "../../reactor/payments/proveNo.ts";
import { HOUR_MS, MINUTE_MS } from "../../reactor/payments/table.ts";
import { accepted, attempt, bankRow, facts, legIn, NOW_MS, ownTransaction, refused } from "./knownFacts.ts";

const leg = legIn("payout", "redeeming");
const LONG_AGO = NOW_MS - 3 * HOUR_MS;
const unanswered = attempt("redeem", { outcome: "unknown", sentAtMs: LONG_AGO, closedAtMs: LONG_AGO + 1_000 });
const TWICE = { firstMs: NOW_MS - 30 * MINUTE_MS, lastMs: NOW_MS - 10 * MINUTE_MS };
const ONCE = { firstMs: NOW_MS - MINUTE_MS, lastMs: NOW_MS - MINUTE_MS };
const judge = (changes: Partial<Facts>, readings: LateReadings = TWICE) =>
  proveNo(leg, "redeem", facts(changes), readings);

test("an order that the bank lists in no whole reading, twice and after its key died, has not happened", () => {
  expect(judge({ attempts: [unanswered] })).toEqual({ proven: true, by: "absent" });
});

test("a refusal for ever of the sole order is a definite no", () => {
  const old = { ...refused("redeem", "never", "account_closed"), sentAtMs: NOW_MS - 2 * MINUTE_MS };
  expect(judge({ attempts: [old] }, null)).toEqual({ proven: true, by: "refused" });
});

test.each<[string, Partial<Facts>, LateReadings, string]>([
  ["nothing was sent", { attempts: [] }, TWICE, "nothing_sent"],
  ["it was accepted", { attempts: [unanswered, accepted("redeem", "r-1")] }, TWICE, "accepted"],
  ["it has only just left", { attempts: [attempt("redeem")] }, TWICE, "still_on_its_way"],
  [
    "its key still lives",
    { attempts: [attempt("redeem", { outcome: "unknown", sentAtMs: NOW_MS - 59 * MINUTE_MS })] },
    TWICE,
    "key_still_lives",
  ],
  [
    "its last sending's key still lives",
    { attempts: [unanswered, attempt("redeem", { number: 2, outcome: "unknown", sentAtMs: NOW_MS - 2 * MINUTE_MS })] },
    TWICE,
    "key_still_lives",
  ],
  [
    "the bank lists one like it",
    { attempts: [unanswered], candidates: [bankRow("REDEMPTION", "r-2")] },
    TWICE,
    "candidates",
  ],
  ["nobody has read the bank since", { attempts: [unanswered] }, null, "late_readings"],
  ["the bank was read once only", { attempts: [unanswered] }, ONCE, "late_readings"],
  [
    "a no came after an unknown",
    { attempts: [unanswered, { ...refused("redeem", "never", "x"), number: 2, sentAtMs: LONG_AGO + MINUTE_MS }] },
    null,
    "late_readings",
  ],
])("while %s, nobody orders anew", (_why, changes, readings, missing) => {
  expect(judge(changes, readings)).toEqual({ proven: false, missing });
});

test("a call to the chain may be made anew once all its transactions are reverted, or it was never sent", () => {
  const custody = legIn("custody", "releasing", { generation: 1 });
  const call = (changes: Partial<Facts>) => proveNo(custody, "release", facts(changes), null);
  const own = (reverted: boolean, generation = 1) => ownTransaction("release", { reverted, generation });
  expect(call({ ownTransactions: [own(true), own(true)] })).toEqual({ proven: true, by: "reverted" });
  expect(call({ ownTransactions: [own(true), own(false)] })).toEqual({ proven: false, missing: "still_on_its_way" });
  expect(call({ attempts: [refused("release", "never", "another_escrow")] })).toEqual({ proven: true, by: "refused" });
  // What an earlier generation came to says nothing of this one.
  expect(call({ ownTransactions: [own(true, 0)] })).toEqual({ proven: false, missing: "nothing_sent" });
});
