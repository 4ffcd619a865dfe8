import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, applyDeadline, applyReview, deadlineOf } from "../../reactor/payments/apply.ts";
import { type LegKind, refuseMisfit, tables } from "../../reactor/payments/leg.ts";
import type { CarriedFact, Row } from "../../reactor/payments/table.ts";
import { DAY_MS, HOUR_MS } from "../../reactor/payments/table.ts";
import { carriedIn, facts, legIn, NOW_MS } from "./knownFacts.ts";

const { terms } = facts();
const exits = Object.entries(tables).flatMap(([kind, table]) =>
  Object.entries<Row<string>>(table).flatMap(([state, row]) =>
    Object.entries(row.on).map(([outcome, exit]) => ({ kind: kind as LegKind, state, outcome, exit })),
  ),
);
const everyFact: Readonly<Record<CarriedFact, string>> = {
  ...carriedIn("deposit", "seen"),
  ...carriedIn("deposit", "issued"),
  ...carriedIn("custody", "bridged"),
  ...carriedIn("custody", "returned"),
  ...carriedIn("payout", "paid"),
} as Record<CarriedFact, string>;

test("a leg goes where its row says, with exactly what the next state carries and one version on", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...exits),
      fc.nat(1e6),
      fc.nat(9),
      ({ kind, state, outcome, exit }, version, generation) => {
        const before = legIn(kind, state, { version, generation, reason: "held" });
        const { leg, event } = apply(before, outcome, everyFact, terms, NOW_MS);
        const reviewed = exit.to === "review";
        expect(leg).toEqual({
          ...before,
          state: exit.to,
          reviewFrom: reviewed ? state : null,
          version: version + 1,
          payee: exit.pays ?? before.payee,
          generation: exit.generation === "next" ? generation + 1 : generation,
          carried: carriedIn(kind, reviewed ? state : exit.to),
          enteredAtMs: NOW_MS,
          deadlineAtMs: reviewed ? null : deadlineOf(kind, exit.to, terms, NOW_MS),
          reason: null,
        });
        expect(event).toBe(exit.event);
        refuseMisfit(leg);
      },
    ),
  );
});

test("an outcome that the row does not name is a bug, said at once", () => {
  fc.assert(
    fc.property(fc.constantFrom(...exits), fc.constantFrom(...exits), ({ kind, state }, other) => {
      const named = exits.some((one) => one.kind === kind && one.state === state && one.outcome === other.outcome);
      fc.pre(!named);
      expect(() => apply(legIn(kind, state), other.outcome, everyFact, terms, NOW_MS)).toThrow(/has no outcome/);
    }),
  );
});

test("a leg that has not learnt what the next state carries does not enter it", () => {
  const learning = exits.filter(({ kind, state, exit }) => {
    const has = Object.keys(carriedIn(kind, state));
    return exit.to !== "review" && Object.keys(carriedIn(kind, exit.to)).some((name) => !has.includes(name));
  });
  expect(learning.length).toBeGreaterThan(8);
  for (const { kind, state, outcome } of learning) {
    expect(() => apply(legIn(kind, state), outcome, {}, terms, NOW_MS)).toThrow(/carries exactly/);
  }
});

describe("the deadline", () => {
  const timed = Object.entries(tables).flatMap(([kind, table]) =>
    Object.entries<Row<string>>(table).map(([state, row]) => ({ kind: kind as LegKind, state, row })),
  );

  test.each(timed.filter(({ row }) => row.deadline))(
    "of $kind.$state leads where its row says",
    ({ kind, state, row }) => {
      const { leg } = applyDeadline(legIn(kind, state), terms, NOW_MS);
      expect(leg.state).toBe(row.deadline?.to);
      if (leg.state === "review") expect(leg).toMatchObject({ reviewFrom: state, deadlineAtMs: null, generation: 0 });
      refuseMisfit(leg);
    },
  );

  test.each(timed.filter(({ row }) => !row.deadline))("does not exist in $kind.$state", ({ kind, state }) => {
    expect(deadlineOf(kind, state, terms, NOW_MS)).toBeNull();
    expect(() => applyDeadline(legIn(kind, state), terms, NOW_MS)).toThrow(/no deadline/);
  });

  test("is counted from the entry, from the custody's end, or from the expiry", () => {
    expect(deadlineOf("custody", "releasing", terms, NOW_MS)).toBe(NOW_MS + HOUR_MS);
    expect(deadlineOf("custody", "disputed", terms, NOW_MS)).toBe(NOW_MS + 30 * DAY_MS);
    expect(deadlineOf("custody", "active", terms, NOW_MS)).toBe(terms.custodyEndMs + HOUR_MS);
    expect(deadlineOf("deposit", "awaiting", terms, NOW_MS)).toBe(terms.expiresAtMs);
  });
});

test("any leg can be handed to a person, who sees where it came from; but not twice", () => {
  const before = legIn("custody", "releasing", { generation: 2, reason: "held" });
  const reviewed = applyReview(before);
  expect(reviewed).toEqual({
    ...before,
    state: "review",
    reviewFrom: "releasing",
    version: before.version + 1,
    deadlineAtMs: null,
    reason: null,
  });
  refuseMisfit(reviewed);
  expect(() => applyReview(reviewed)).toThrow(/in review already/);
});

describe("a leg that does not fit its state is refused", () => {
  test.each([
    ["lacking a fact", legIn("custody", "bridged", { carried: {} })],
    ["with a fact too many", legIn("custody", "bridged", { carried: { withdrawalId: "w", escrowId: "7" } })],
    ["in review without an origin", legIn("custody", "bridged", { state: "review" })],
    [
      "in review, lacking a fact of its origin",
      legIn("custody", "bridged", { state: "review", reviewFrom: "bridged", carried: {} }),
    ],
    ["in a state of another table", legIn("custody", "bridged", { kind: "payout" })],
  ])("%s", (_what, leg) => expect(() => refuseMisfit(leg)).toThrow());
});
