import { describe, expect, test } from "vitest";
import { movementOf } from "../../reactor/books/places.ts";
import { bankPerformers, chainPerformers } from "../../reactor/effects/performers.ts";
import { apply, applyReturn, applyReview, asItStood } from "../../reactor/payments/apply.ts";
import { type AnyState, type LegKind, refuseMisfit, rowOf, tables } from "../../reactor/payments/leg.ts";
import { MONEY_ACTIONS, type ReviewExit, reviewExits } from "../../reactor/payments/reviewExits.ts";
import type { Row, SendAction } from "../../reactor/payments/table.ts";
import { termOf } from "../../reactor/payments/terms.ts";
import { facts, legIn, NOW_MS } from "./knownFacts.ts";

const { terms } = facts();
const states = Object.entries<Readonly<Record<string, Row<string>>>>(tables).flatMap(([kind, table]) =>
  Object.entries(table).map(([state, row]) => ({ kind: kind as LegKind, state: state as AnyState, row })),
);
const exits = states.flatMap(({ kind, state, row }) =>
  reviewExits(kind, state).map((exit) => ({ kind, state, row, exit, label: `${kind}.${state} ${exit.outcome}` })),
);
const learntBy = (exit: ReviewExit) =>
  Object.fromEntries(exit.proofs.flatMap((one) => (one.kind === "bank_transaction" ? [[one.learns, "shown"]] : [])));
const movesMoney = (kind: LegKind, state: string) => {
  const { does } = rowOf(kind, state);
  return does !== undefined && MONEY_ACTIONS.has(does);
};

test("the actions that move money are those that the books have a movement for", () => {
  const actions = Object.keys({ ...bankPerformers, ...chainPerformers }) as SendAction[];
  const moving = actions.filter((action) => movementOf(action, { payee: null }) !== null);
  expect([...MONEY_ACTIONS].sort()).toEqual(moving.sort());
});

test.each(exits)("$label has words of its own in Spanish and English", ({ exit: { outcome } }) => {
  expect(termOf("exit", outcome, "es")).not.toBe(outcome);
  expect(termOf("exit", outcome, "en")).not.toBe(outcome);
});

test.each(states)("from $kind.$state a person can give the leg back to the machine, as it was", ({ kind, state }) => {
  const [resume] = reviewExits(kind, state);
  expect(resume).toMatchObject({ outcome: "resume", to: state, generation: "same" });
  const before = legIn(kind, state, { generation: 2 });
  const reviewed = applyReview(before);
  expect(asItStood(reviewed)).toMatchObject({ state, reviewFrom: null, version: before.version + 1 });
  const resumed = applyReturn(reviewed, { to: state, generation: "same" }, terms, NOW_MS);
  expect(resumed).toMatchObject({ state, reviewFrom: null, generation: 2, carried: before.carried, version: 5 });
  refuseMisfit(resumed);
});

test.each(exits.filter(({ exit }) => !["resume", "retry"].includes(exit.outcome)))(
  "$label leads where its own row says, with what is shown and nothing else",
  ({ kind, state, row, exit }) => {
    expect(exit.to).toBe(row.on[exit.outcome]?.to);
    expect(exit.to).not.toBe("review");
    const known = { ...exit.fixed, ...learntBy(exit) };
    refuseMisfit(apply(legIn(kind, state), exit.outcome, known, terms, NOW_MS).leg);
  },
);

test("two persons stand for every exit by which money leaves, and for every one that closes an order of money", () => {
  const money = exits.filter(({ kind, state, exit }) => movesMoney(kind, state) || movesMoney(kind, exit.to));
  expect(money.length).toBeGreaterThan(15);
  expect(money.filter(({ exit }) => exit.persons !== 2).map(({ label }) => label)).toEqual([]);
});

test("one person alone can do this and no more", () => {
  const alone = exits.filter(({ exit }) => exit.persons === 1 && exit.outcome !== "resume");
  expect(alone.map(({ label }) => label)).toEqual([
    "deposit.awaiting issuance_claimed",
    "deposit.awaiting cancelled",
    "deposit.awaiting expired",
    "deposit.seen issuance_claimed",
    "custody.active dispute_opened",
    "custody.disputing retry",
    "custody.disputing disputed",
    "custody.resolving retry",
    "custody.resolving resolved",
  ]);
});

test("a leg is given back by two where it then sends money, or its payment's SPEI follows by itself", () => {
  const byTwo = exits.filter(({ exit }) => exit.outcome === "resume" && exit.persons === 2);
  expect(byTwo.map(({ kind, state }) => `${kind}.${state}`)).toEqual([
    "custody.withdrawing",
    "custody.bridged",
    "custody.funding",
    "custody.cancelling",
    "custody.releasing",
    "custody.returning",
    "custody.returned",
    "payout.account",
    "payout.ready",
    "payout.redeeming",
  ]);
});

test("nothing has to be shown to give a leg back, but for a deposit whose pesos the bank may have sent back", () => {
  const shown = exits.filter(({ exit }) => exit.outcome === "resume" && exit.proofs.length > 0);
  expect(shown.map(({ label, exit }) => [label, exit.proofs])).toEqual([
    ["deposit.issued resume", [{ kind: "issuance_stands" }]],
  ]);
});

test("what the bank gave back two persons cover, once the bank shows that it did", () => {
  const covered = reviewExits("deposit", "issued").find(({ outcome }) => outcome === "covered");
  expect(covered).toMatchObject({ to: "covered", persons: 2, proofs: [{ kind: "issuance_given_back" }] });
});

test("a new order is only for one that has not happened and never can", () => {
  const next = exits.filter(({ exit }) => exit.generation === "next");
  const proofs = next.map(({ label, exit }) => [label, exit.proofs.map(({ kind }) => kind).join()]);
  const no = "definite_no";
  expect(proofs).toEqual([
    ["custody.withdrawing retry", no],
    ["custody.failed_withdrawal refund_claimed", "refund"],
    ["custody.bridged retry", no],
    ["custody.funding retry", no],
    ["custody.disputing retry", no],
    ["custody.resolving retry", no],
    // Its own next order is another call: the ruling came, by hand.
    ["custody.resolving resolved", ""],
    ["custody.cancelling retry", no],
    ["custody.releasing retry", no],
    ["custody.returning retry", no],
    // Registering an account moves no money.
    ["payout.account retry", ""],
    ["payout.redeeming retry", no],
    ["payout.failed retry", "refund"],
  ]);
});

describe("a payout", () => {
  test("whose dispute the buyer won has no exit that pays the seller", () => {
    expect(reviewExits("payout", "waiting").map(({ outcome }) => outcome)).toEqual(["resume"]);
  });

  test("that failed and was refunded goes on to a new order, and keeps its account", () => {
    const retry = reviewExits("payout", "failed").find(({ outcome }) => outcome === "retry");
    const reviewed = applyReview(legIn("payout", "failed"));
    if (retry === undefined) throw new Error("No retry.");
    expect(applyReturn(reviewed, retry, terms, NOW_MS)).toMatchObject({
      state: "ready",
      generation: 1,
      carried: { bankAccountId: "account-1" },
    });
  });
});

test("a leg that is not in review does not come out of it", () => {
  expect(() => asItStood(legIn("custody", "releasing"))).toThrow(/not in review/);
});
