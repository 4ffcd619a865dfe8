import { describe, expect, test } from "vitest";
import { decide } from "../../reactor/payments/decide.ts";
import {
  AMOUNT_BASE_UNITS,
  ASK_BANK_EVERY_MS,
  accepted,
  attempt,
  bankRow,
  facts,
  legIn,
  NOW_MS,
  refused,
} from "./knownFacts.ts";

const asksBank = { kind: "wait", untilMs: NOW_MS + ASK_BANK_EVERY_MS, asksBank: true };

test.each(["returning", "crediting", "review", "active"])("waits while the custody is %s", (state) => {
  const siblings = [
    { kind: "deposit" as const, state: "issued", carried: {} },
    { kind: "custody" as const, state, carried: { ruling: "seller" } },
  ];
  expect(decide(legIn("payout", "waiting"), facts({ siblings }))).toMatchObject({ kind: "wait", untilMs: null });
});

test("without a recorded ruling the money is nobody's", () => {
  const siblings = [{ kind: "custody" as const, state: "returned", carried: {} }];
  expect(() => decide(legIn("payout", "waiting"), facts({ siblings }))).toThrow(/without a ruling/);
});

describe("a part of the deposit that is not held", () => {
  const atOnce = (state: string) => legIn("payout", state, { source: "deposit" });
  const siblings = (deposit: string, custody: string) => [
    { kind: "deposit" as const, state: deposit, carried: {} },
    { kind: "custody" as const, state: custody, carried: {} },
  ];

  test.each(["issued", "covered"])("is paid once the deposit is %s, wherever the rest is", (deposit) => {
    const funded = facts({ siblings: siblings(deposit, "withdrawing") });
    expect(decide(atOnce("waiting"), funded)).toMatchObject({ outcome: "funds_there" });
    expect(decide(atOnce("ready"), funded)).toMatchObject({ outcome: "cleared" });
    expect(decide(atOnce("redeeming"), funded)).toMatchObject({ kind: "perform", action: "redeem" });
  });

  test.each(["awaiting", "issuing", "review"])("waits while the deposit is %s", (state) => {
    const waiting = facts({ siblings: siblings(state, "waiting") });
    expect(decide(atOnce("waiting"), waiting)).toMatchObject({ kind: "wait", untilMs: null });
  });
});

test("a payee without an account is not asked for by the machine: the bank is told nothing, and a person is at the deadline", () => {
  const unnamed = legIn("payout", "account", { payee: "buyer" });
  const waits = { kind: "wait", untilMs: null, reason: "no_account" };
  expect(decide(unnamed, facts({ accountKnown: false }))).toEqual(waits);
  expect(decide({ ...unnamed, deadlineAtMs: NOW_MS }, facts({ accountKnown: false }))).toEqual({ kind: "overdue" });
});

describe("account", () => {
  const leg = legIn("payout", "account");

  test("asks again after an unclear answer, a little later each time", () => {
    const unclear = attempt("registerAccount", { outcome: "unknown", closedAtMs: NOW_MS - 1_000 });
    expect(decide(leg, facts({ attempts: [unclear] }))).toMatchObject({ kind: "perform", action: "registerAccount" });
    const third = [unclear, unclear, { ...unclear, number: 3 }];
    expect(decide(leg, facts({ attempts: third }))).toMatchObject({ kind: "wait", untilMs: NOW_MS + 2_000 });
  });

  test("is refused by the last answer alone: registering moves no money", () => {
    const unclear = attempt("registerAccount", { outcome: "unknown", closedAtMs: NOW_MS - 60_000 });
    const attempts = [unclear, { ...refused("registerAccount", "never", "invalid_clabe"), number: 2 }];
    expect(decide(leg, facts({ attempts }))).toMatchObject({
      outcome: "refused",
      evidence: { reason: "invalid_clabe" },
    });
  });
});

test.each([
  ["held", { terms: { ...facts().terms, held: true } }],
  ["killed", { guards: { ...facts().guards, killed: true } }],
  ["stale_facts", { guards: { ...facts().guards, staleFacts: true } }],
])("a payout that is ready rests and says why: %s", (reason, known) => {
  expect(decide(legIn("payout", "ready"), facts(known))).toEqual({ kind: "wait", untilMs: NOW_MS + 1_000, reason });
});

test("a payout that is ready waits for the first reading of the bank, and asks for it", () => {
  const unread = facts({ guards: { ...facts().guards, bankUnread: true } });
  expect(decide(legIn("payout", "ready"), unread)).toMatchObject({ reason: "bank_unread", asksBank: true });
});

describe.each(["ready", "redeeming"])("a payout that is %s", (state) => {
  const withCustody = (custody: string) =>
    facts({ siblings: [{ kind: "custody", state: custody, carried: { ruling: "seller" } }] });

  test("does not send while its custody is a person's after all", () => {
    const waits = { kind: "wait", untilMs: NOW_MS + 1_000, reason: "custody_in_review" };
    expect(decide(legIn("payout", state), withCustody("review"))).toEqual(waits);
    expect(decide(legIn("payout", state), withCustody("returned")).kind).not.toBe("wait");
  });

  test("does not send while its deposit is a person's after all: its pesos may have gone back", () => {
    const withDeposit = (state: string) => facts({ siblings: [{ kind: "deposit", state, carried: {} }] });
    const waits = { kind: "wait", untilMs: NOW_MS + 1_000, reason: "deposit_in_review" };
    expect(decide(legIn("payout", state), withDeposit("review"))).toEqual(waits);
    for (const funded of ["issued", "covered"])
      expect(decide(legIn("payout", state), withDeposit(funded)).kind).not.toBe("wait");
  });
});

test("an accepted redemption is on its way, not paid: what the bank lists of it counts one state later", () => {
  const listed = [bankRow("REDEMPTION", "redemption-1")];
  const decision = decide(
    legIn("payout", "redeeming"),
    facts({ attempts: [accepted("redeem", "redemption-1")], bank: listed }),
  );
  expect(decision).toMatchObject({ outcome: "accepted", learnt: { redemptionId: "redemption-1" } });
});

describe("paying", () => {
  test.each([
    ["in progress", bankRow("REDEMPTION", "redemption-1", { status: "IN_PROGRESS" })],
    ["pending", bankRow("REDEMPTION", "redemption-1", { status: "PENDING" })],
    ["one base unit short", bankRow("REDEMPTION", "redemption-1", { amountBaseUnits: AMOUNT_BASE_UNITS - 1n })],
    ["one base unit over", bankRow("REDEMPTION", "redemption-1", { amountBaseUnits: AMOUNT_BASE_UNITS + 1n })],
    ["another redemption", bankRow("REDEMPTION", "redemption-2")],
    ["another payout's, failed", bankRow("REDEMPTION", "redemption-2", { status: "FAILED" })],
    ["no redemption", bankRow("CRYPTO_WITHDRAWAL", "redemption-1")],
  ])("is neither paid nor failed by one that is %s", (_what, row) => {
    expect(decide(legIn("payout", "paying"), facts({ bank: [row] }))).toMatchObject(asksBank);
  });
});

test("a failed SPEI is not repeated: without its refund it asks, with it a person decides", () => {
  const failed = legIn("payout", "failed");
  expect(decide(failed, facts())).toMatchObject(asksBank);
  const refundedMoney = facts({ claims: { ...facts().claims, refund: "r-1" } });
  expect(decide(failed, refundedMoney)).toMatchObject({ claims: [{ source: "refund", outsideId: "r-1" }] });
});

test("a bank that was read within the pause is not asked again: a reading wakes whoever waits for a refund", () => {
  const failed = legIn("payout", "failed");
  const justRead = facts({ bankReadSinceMs: NOW_MS - ASK_BANK_EVERY_MS + 1 });
  expect(decide(failed, justRead)).toEqual({ kind: "wait", untilMs: NOW_MS + ASK_BANK_EVERY_MS, reason: null });
  expect(decide(failed, facts({ bankReadSinceMs: NOW_MS - ASK_BANK_EVERY_MS }))).toMatchObject(asksBank);
});

test("a payout that bounced waits for a person and for nothing else", () => {
  expect(decide(legIn("payout", "bounced"), facts())).toMatchObject({ kind: "wait", untilMs: null });
});

describe("a payout that is ready, with a check of names and sanctions", () => {
  const said = (verdict: "awaited" | "hold" | "clear" | "refuse") =>
    decide(legIn("payout", "ready"), facts({ screening: { verdict, reference: "caso-7" } }));

  test("goes by its clear alone", () => {
    expect(said("clear")).toEqual({ kind: "move", outcome: "cleared" });
    expect(said("awaited")).toMatchObject({ kind: "wait", reason: "unscreened" });
    expect(said("hold")).toMatchObject({ kind: "wait", reason: "screening_hold" });
    expect(said("refuse")).toMatchObject({
      outcome: "screening_refused",
      evidence: { reason: expect.stringContaining("caso-7") },
    });
  });

  test("is asked about only once nothing else holds it", () => {
    const screening = { verdict: "awaited", reference: null } as const;
    const killed = facts({ screening, guards: { killed: true, staleFacts: false, bankUnread: false } });
    expect(decide(legIn("payout", "ready"), killed)).toMatchObject({ reason: "killed" });
  });
});
