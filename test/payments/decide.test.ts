import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply } from "../../reactor/payments/apply.ts";
import { decide } from "../../reactor/payments/decide.ts";
import type { Facts } from "../../reactor/payments/facts.ts";
import { type LegKind, tables } from "../../reactor/payments/leg.ts";
import type { Row } from "../../reactor/payments/table.ts";
import { facts, legIn, NOW_MS } from "./knownFacts.ts";
import { everyProof } from "./proofs.ts";

const everyState = Object.entries(tables).flatMap(([kind, table]) =>
  Object.entries<Row<string>>(table).map(([state, row]) => ({ kind: kind as LegKind, state, row })),
);
const overdue = { deadlineAtMs: NOW_MS };

describe.each(everyProof)("$kind.$state $outcome", ({ kind, state, outcome, generation, known }) => {
  test("follows from its facts, and brings what the next state carries", () => {
    const leg = legIn(kind, state, { generation });
    const decision = decide(leg, known);
    expect(decision).toMatchObject({ kind: "move", outcome });
    if (decision.kind !== "move") return;
    const applied = apply(leg, decision.outcome, decision.learnt ?? {}, known.terms, NOW_MS);
    expect(applied.exit).toBe((tables[kind] as Record<string, Row<string>>)[state]?.on[outcome]);
  });

  test("follows even when the deadline has passed: evidence comes before the clock", () => {
    expect(decide(legIn(kind, state, { ...overdue, generation }), known)).toMatchObject({ kind: "move", outcome });
  });
});

describe("with nothing known", () => {
  const waiting = everyState.filter(({ kind, state }) => !(kind === "payout" && state === "ready"));

  test.each(waiting)("$kind.$state moves nowhere", ({ kind, state, row }) => {
    const decision = decide(legIn(kind, state), facts());
    expect(decision).toMatchObject(
      row.does && row.does !== "confirmBlock" ? { kind: "perform", action: row.does } : { kind: "wait" },
    );
  });

  const limited = waiting.filter(
    ({ kind, state, row }) => row.deadline && !(kind === "deposit" && state === "awaiting"),
  );

  test.each(limited)("$kind.$state is overdue from the moment of its deadline, and not before", ({ kind, state }) => {
    expect(decide(legIn(kind, state, overdue), facts())).toEqual({ kind: "overdue" });
    expect(decide(legIn(kind, state, { deadlineAtMs: NOW_MS + 1 }), facts())).not.toEqual({ kind: "overdue" });
  });
});

test("a payout that is held past its deadline goes to a person", () => {
  const held = facts({ terms: { ...facts().terms, held: true } });
  expect(decide(legIn("payout", "ready", overdue), held)).toEqual({ kind: "overdue" });
});

test("nobody decides for a leg in review", () => {
  const reviewed = legIn("custody", "releasing", { state: "review", reviewFrom: "releasing" });
  expect(() => decide(reviewed, facts())).toThrow(/only a person decides/);
});

/** Known facts put together at random: a part of one proof beside a part of another. */
const mixedFacts = fc
  .record({
    some: fc.constantFrom(...everyProof),
    others: fc.constantFrom(...everyProof),
    nowMs: fc.integer({ min: NOW_MS - 1e7, max: NOW_MS + 1e7 }),
    killed: fc.boolean(),
    staleFacts: fc.boolean(),
    bankUnread: fc.boolean(),
    strayDebitId: fc.constantFrom(null, "stray-1"),
    ruling: fc.constantFrom("dispute", "seller", "buyer", "cancel", null),
  })
  .map(
    ({ some, others, nowMs, killed, staleFacts, bankUnread, strayDebitId, ruling }): Facts => ({
      ...some.known,
      chain: [...some.known.chain, ...others.known.chain],
      bank: [...some.known.bank, ...others.known.bank],
      attempts: [...some.known.attempts, ...others.known.attempts],
      ownTransactions: others.known.ownTransactions,
      nowMs,
      guards: { killed, staleFacts, bankUnread },
      strayDebitId,
      ruling,
    }),
  );

test("deciding changes nothing, gives the same for the same, and never leaves the state's own row", () => {
  fc.assert(
    fc.property(fc.constantFrom(...everyState), mixedFacts, ({ kind, state, row }, known) => {
      const leg = frozen(legIn(kind, state));
      const first = decide(leg, frozen(known));
      expect(decide(leg, known)).toEqual(first);
      if (first.kind === "move") expect(Object.keys(row.on)).toContain(first.outcome);
      if (first.kind === "perform") expect(first.action).toBe(row.does);
    }),
    { numRuns: 2_000 },
  );
});

test("while the kill switch is pulled or the facts are stale, nothing that sends is performed", () => {
  fc.assert(
    fc.property(fc.constantFrom(...everyState), mixedFacts, fc.boolean(), ({ kind, state }, known, killed) => {
      const decision = decide(legIn(kind, state), {
        ...known,
        guards: { ...known.guards, killed, staleFacts: !killed },
      });
      const harmless = ["confirmBlock", "registerAccount"];
      if (decision.kind === "perform") expect(harmless).toContain(decision.action);
      if (kind === "payout" && state === "ready") expect(decision.kind).not.toBe("move");
    }),
    { numRuns: 2_000 },
  );
});

test("before the bank was read, and while it lists what the order would become, no order that moves money leaves it", () => {
  fc.assert(
    fc.property(fc.constantFrom(...everyState), mixedFacts, fc.boolean(), ({ kind, state }, known, unread) => {
      const fenced = unread
        ? { ...known, guards: { ...known.guards, bankUnread: true } }
        : { ...known, attempts: [], strayDebitId: "stray-1" };
      const decision = decide(legIn(kind, state), fenced);
      if (decision.kind === "perform") expect(["withdraw", "redeem"]).not.toContain(decision.action);
      if (unread && kind === "payout" && state === "ready") expect(decision.kind).not.toBe("move");
    }),
    { numRuns: 2_000 },
  );
});

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}
