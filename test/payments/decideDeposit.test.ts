import { describe, expect, test } from "vitest";
import { decide } from "../../reactor/payments/decide.ts";
import { AMOUNT_BASE_UNITS, ASK_BANK_EVERY_MS, bankRow, facts, legIn, NOW_MS } from "./knownFacts.ts";

const noClaims = facts().claims;
const due = { ...facts().terms, expiresAtMs: NOW_MS };
const asksBank = { kind: "wait", untilMs: NOW_MS + ASK_BANK_EVERY_MS, asksBank: true };

describe("awaiting", () => {
  const leg = legIn("deposit", "awaiting", { deadlineAtMs: due.expiresAtMs });

  test("rests until its expiry", () => {
    const expiresAtMs = NOW_MS + 5_000;
    expect(decide(leg, facts({ terms: { ...due, expiresAtMs } }))).toMatchObject({
      kind: "wait",
      untilMs: expiresAtMs,
    });
  });

  test.each([
    ["never been read", null],
    ["last been read before the expiry", NOW_MS - 1],
  ])("does not expire while the bank has %s: it asks", (_what, bankReadSinceMs) => {
    expect(decide(leg, facts({ terms: due, bankReadSinceMs }))).toMatchObject(asksBank);
  });

  test("is never overdue: its expiry is its own last look", () => {
    expect(decide({ ...leg, deadlineAtMs: NOW_MS - 1 }, facts({ terms: due })).kind).toBe("wait");
  });

  test.each([
    ["an expiry", { terms: due, bankReadSinceMs: NOW_MS }],
    ["a cancellation", { ruling: "cancel" as const }],
  ])("takes the money that is there before %s", (_what, known) => {
    const issuance = facts({ ...known, claims: { ...noClaims, issuance: "i-1", speiDeposit: "f-1" } });
    expect(decide(leg, issuance)).toMatchObject({ outcome: "issuance_claimed", learnt: { issuanceId: "i-1" } });
    const announced = facts({ ...known, claims: { ...noClaims, speiDeposit: "f-1" } });
    expect(decide(leg, announced)).toMatchObject({ outcome: "deposit_seen", learnt: { fid: "f-1" } });
  });
});

describe("seen", () => {
  const leg = legIn("deposit", "seen");

  test("an issuance comes before the news that the deposit was refunded", () => {
    const both = facts({ claims: { ...noClaims, issuance: "i-1" }, depositRefunded: true });
    expect(decide(leg, both)).toMatchObject({ outcome: "issuance_claimed" });
  });

  test("asks the bank while neither is known", () => expect(decide(leg, facts())).toMatchObject(asksBank));
});

describe("issuing", () => {
  const leg = legIn("deposit", "issuing");
  const deciding = (...bank: ReturnType<typeof bankRow>[]) => decide(leg, facts({ bank }));

  test.each([
    ["one base unit less", { amountBaseUnits: AMOUNT_BASE_UNITS - 1n }],
    ["one base unit more", { amountBaseUnits: AMOUNT_BASE_UNITS + 1n }],
    ["not complete", { status: "PENDING" as const }],
    ["in progress", { status: "IN_PROGRESS" as const }],
    ["another issuance", { id: "issuance-2" }],
  ])("is not issued by an issuance that is %s", (_what, change) => {
    expect(deciding(bankRow("ISSUANCE", "issuance-1", change))).toMatchObject(asksBank);
  });

  test.each([
    ["failed", { status: "FAILED" as const }],
    ["complete and given back", { refunded: true }],
  ])("an issuance that is %s is none", (_what, change) => {
    expect(deciding(bankRow("ISSUANCE", "issuance-1", change))).toMatchObject({ outcome: "issuance_failed" });
  });
});

test("an issued deposit stays issued, unless its own issuance is given back", () => {
  const leg = legIn("deposit", "issued");
  const another = bankRow("ISSUANCE", "issuance-2", { refunded: true });
  expect(decide(leg, facts({ bank: [bankRow("ISSUANCE", "issuance-1"), another] }))).toMatchObject({ kind: "wait" });
});
