import { expect, test } from "vitest";
import { courseOf, followedBy } from "../../reactor/payments/courseOf.ts";
import type { Facts } from "../../reactor/payments/facts.ts";
import type { Leg, LegKind } from "../../reactor/payments/leg.ts";
import {
  attempt,
  BRIDGE,
  bankRow,
  custodyEnded,
  escrowLog,
  facts,
  JUNO_WALLET,
  legIn,
  transferLog,
} from "./knownFacts.ts";

/** The states that a leg passes, each with what is decided there. */
function coursed(kind: LegKind, state: string, known: Partial<Facts>, changes: Partial<Leg> = {}) {
  return courseOf(legIn(kind, state, changes), facts(known)).map(({ leg, decision }) => [
    leg.state,
    decision.kind === "move" ? decision.outcome : decision.kind === "perform" ? decision.action : decision.kind,
  ]);
}

const funded = [{ kind: "deposit", state: "issued", carried: {} }] as const;
const ended = [...funded, { kind: "custody", state: "returned", carried: { ruling: "seller" } }] as const;

test("a move whose facts suffice for what follows goes on to it: to the next move, to an order, to a wait", () => {
  const claims = { ...facts().claims, issuance: "issuance-1" };
  expect(coursed("deposit", "awaiting", { claims, bank: [bankRow("ISSUANCE", "issuance-1")] })).toEqual([
    ["awaiting", "issuance_claimed"],
    ["issuing", "issued"],
  ]);
  expect(coursed("custody", "waiting", { siblings: funded })).toEqual([
    ["waiting", "deposit_issued"],
    ["withdrawing", "withdraw"],
  ]);
  expect(coursed("custody", "active", { terms: custodyEnded })).toEqual([
    ["active", "due"],
    ["releasing", "release"],
  ]);
  expect(coursed("payout", "waiting", { siblings: ended })).toEqual([
    ["waiting", "funds_there"],
    ["account", "registerAccount"],
  ]);
  expect(coursed("payout", "ready", { siblings: ended })).toEqual([
    ["ready", "cleared"],
    ["redeeming", "redeem"],
  ]);
});

test("each step is of the leg as the one before leaves it", () => {
  const steps = courseOf(legIn("custody", "waiting"), facts({ siblings: funded }));
  expect(steps.map(({ leg }) => leg.version)).toEqual([3, 4]);
});

test("what guards an order guards it at the end of a course too", () => {
  const guards = { killed: true, staleFacts: false, bankUnread: false };
  expect(coursed("custody", "waiting", { siblings: funded, guards }).at(-1)).toEqual(["withdrawing", "wait"]);
  expect(coursed("custody", "waiting", { siblings: funded, strayDebitId: "r-lost" }).at(-1)).toEqual([
    "withdrawing",
    "perhaps_done",
  ]);
});

test("what a move has just claimed of the chain is not settled: nobody is credited by it in the same turn", () => {
  const returned = transferLog(BRIDGE, JUNO_WALLET, { settled: true });
  const credit = bankRow("CRYPTO_DEPOSIT", "credit-1", { txHash: returned.txHash });
  const known = { chain: [returned], bank: [credit] };
  expect(coursed("custody", "returning", known)).toEqual([
    ["returning", "returned"],
    ["crediting", "wait"],
  ]);
  expect(coursed("custody", "crediting", known)).toEqual([["crediting", "credited"]]);
});

test("a deposit that its leg has lost is not taken again by the facts in which it stands as its own", () => {
  const claims = { ...facts().claims, issuance: "issuance-1" };
  const bank = [bankRow("ISSUANCE", "issuance-1", { status: "FAILED" })];
  expect(coursed("deposit", "issuing", { claims, bank })).toEqual([["issuing", "issuance_failed"]]);
});

test("where a move makes other facts matter its turn ends: another escrow, another payee, another key, an account, a person's decision", () => {
  const created = [escrowLog("EscrowCreated"), escrowLog("EscrowFunded"), transferLog(BRIDGE, facts().escrowContract)];
  expect(coursed("custody", "bridged", { chain: created })).toEqual([["bridged", "created_and_funded"]]);
  const forBuyer = [...funded, { kind: "custody", state: "returned", carried: { ruling: "buyer" } }] as const;
  expect(coursed("payout", "waiting", { siblings: forBuyer })).toEqual([["waiting", "ruled_for_buyer"]]);
  const registered = [attempt("registerAccount", { outcome: "done", outsideId: "account-1" })];
  expect(coursed("payout", "account", { attempts: registered, siblings: ended })).toEqual([["account", "registered"]]);
  expect(coursed("custody", "active", { ruling: "release" })).toEqual([["active", "due"]]);
  const claims = { ...facts().claims, refund: "refund-1" };
  const failed = { enteredAtMs: 0 };
  expect(coursed("custody", "failed_withdrawal", { claims }, failed)).toEqual([
    ["failed_withdrawal", "refund_claimed"],
  ]);
});

/** What a sibling that waits comes to beside the course of a claimed leg. */
function followed(
  [kind, state, known]: readonly [LegKind, string, Partial<Facts>],
  [waitingKind, read]: readonly [LegKind, Partial<Facts>],
  changes: Partial<Leg> = {},
) {
  const steps = courseOf(legIn(kind, state), facts(known));
  const waiting = legIn(waitingKind, "waiting", { id: 2, deadlineAtMs: null, ...changes });
  return followedBy(steps, waiting, facts(read)).map(({ leg, decision }) => [
    leg.state,
    decision.kind === "move" ? decision.outcome : decision.kind === "perform" ? decision.action : decision.kind,
  ]);
}

const isIssued = ["deposit", "issuing", { bank: [bankRow("ISSUANCE", "issuance-1")] }] as const;
const stillIssuing = [{ kind: "deposit", state: "issuing", carried: { issuanceId: "issuance-1" } }] as const;
const withdrawn = [
  ["waiting", "deposit_issued"],
  ["withdrawing", "withdraw"],
];

test("who waits for the end of a leg goes on beside the move that ends it, whatever was read of that leg before", () => {
  expect(followed(isIssued, ["custody", { siblings: stillIssuing }])).toEqual(withdrawn);
  const credit = { ...bankRow("CRYPTO_DEPOSIT", "credit-1"), txHash: "0xreturn" };
  const sentBack = transferLog(BRIDGE, JUNO_WALLET, { txHash: "0xreturn", settled: true });
  const siblings = [...funded, { kind: "custody", state: "crediting", carried: {} }] as const;
  expect(
    followed(
      ["custody", "crediting", { bank: [credit], chain: [sentBack] }],
      ["payout", { siblings, accountKnown: true }],
    ),
  ).toEqual([
    ["waiting", "funds_there"],
    ["account", "registerAccount"],
  ]);
});

test("nobody goes on with a leg that does not end, of another payment, or for whose end they do not wait", () => {
  const goesOn = ["deposit", "issuing", {}] as const;
  const fails = ["deposit", "issuing", { bank: [{ ...bankRow("ISSUANCE", "issuance-1"), status: "FAILED" }] }] as const;
  const expires = [
    "deposit",
    "awaiting",
    { nowMs: facts().terms.expiresAtMs, bankReadSinceMs: facts().terms.expiresAtMs },
  ] as const;
  for (const course of [goesOn, fails, expires])
    expect(followed(course, ["custody", { siblings: stillIssuing }])).toEqual([]);
  expect(followed(isIssued, ["custody", { siblings: stillIssuing }], { paymentId: 82 })).toEqual([]);
  expect(
    followed(isIssued, ["payout", { siblings: [...stillIssuing, { kind: "custody", state: "waiting", carried: {} }] }]),
  ).toEqual([]);
});

test("what guards an order guards the order of who goes on", () => {
  const guards = { killed: true, staleFacts: false, bankUnread: false };
  expect(followed(isIssued, ["custody", { siblings: stillIssuing, guards }]).at(-1)).toEqual(["withdrawing", "wait"]);
});
