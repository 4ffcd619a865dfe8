import { describe, expect, test } from "vitest";
import { decide } from "../../reactor/payments/decide.ts";
import type { ChainFact, Facts } from "../../reactor/payments/facts.ts";
import { tables } from "../../reactor/payments/leg.ts";
import type { ChainSend, Row } from "../../reactor/payments/table.ts";
import {
  AMOUNT_BASE_UNITS,
  ASK_BANK_EVERY_MS,
  attempt,
  BRIDGE,
  bankRow,
  custodyEnded,
  ESCROW_CONTRACT,
  escrowLog,
  facts,
  JUNO_WALLET,
  legIn,
  NOW_MS,
  ownTransaction,
  refused,
  STRANGER,
  transferLog,
} from "./knownFacts.ts";
import { proofs } from "./proofs.ts";

const deciding = (state: string, known: Facts) => decide(legIn("custody", state), known);
const known = (state: keyof typeof proofs.custody, outcome: string) =>
  (proofs.custody[state] as Readonly<Record<string, Facts>>)[outcome] ?? facts();
const asksBank = { kind: "wait", untilMs: NOW_MS + ASK_BANK_EVERY_MS, asksBank: true };

/** What makes a Transfer another one than the leg waits for. */
const otherTransfers: readonly (readonly [string, Partial<ChainFact>])[] = [
  ["one base unit less", { amountBaseUnits: AMOUNT_BASE_UNITS - 1n }],
  ["one base unit more", { amountBaseUnits: AMOUNT_BASE_UNITS + 1n }],
  ["to another address", { to: STRANGER }],
  ["not at the soft head", { soft: false }],
  ["of another token", { contract: "escrow" }],
  ["an approval", { kind: "Approval" }],
];

const spoilt = (facts: Facts, kind: string, change: Partial<ChainFact>): Facts => ({
  ...facts,
  chain: facts.chain.map((log) => (log.kind === kind ? { ...log, ...change } : log)),
});

describe.each([
  "bridged.created_and_funded",
  "funding.funded",
  "cancelling.cancelled",
  "releasing.released",
  "returning.returned",
])("%s needs its own Transfer", (name) => {
  const [state, outcome] = name.split(".") as [keyof typeof proofs.custody, string];
  const moves = { kind: "move", outcome };

  test.each([...otherTransfers, ["from another address", { from: STRANGER }], ["not ours", { ours: false }]] as const)(
    "and not one that is %s",
    (_what, change) => {
      expect(deciding(state, known(state, outcome))).toMatchObject(moves);
      expect(deciding(state, spoilt(known(state, outcome), "Transfer", change))).not.toMatchObject(moves);
    },
  );

  test("and uses it up", () => {
    const [transfer] = known(state, outcome).chain.filter((log) => log.kind === "Transfer");
    expect(deciding(state, known(state, outcome))).toMatchObject({
      claims: [
        {
          source: "token_transfer",
          outsideId: transfer?.key,
          seen: { txHash: transfer?.txHash, blockNumber: transfer?.blockNumber, blockHash: transfer?.blockHash },
        },
      ],
    });
  });
});

describe.each([
  ["bridged", "created_only", "EscrowCreated"],
  ["disputing", "disputed", "EscrowDisputed"],
  ["resolving", "resolved", "EscrowDisputeResolved"],
] as const)("%s → %s goes on by the escrow's own word, no token moves", (state, outcome, kind) => {
  test("and uses it up, so that it is watched", () => {
    const log = known(state, outcome).chain.find((one) => one.kind === kind);
    expect(deciding(state, known(state, outcome))).toMatchObject({
      claims: [
        { source: "escrow_log", outsideId: log?.key, seen: { kind, txHash: log?.txHash, escrowId: log?.escrowId } },
      ],
    });
  });
});

describe.each([
  ["bridged", "created_only", "EscrowCreated"],
  ["bridged", "created_and_funded", "EscrowCreated"],
  ["funding", "funded", "EscrowFunded"],
  ["disputing", "disputed", "EscrowDisputed"],
  ["resolving", "resolved", "EscrowDisputeResolved"],
  ["cancelling", "cancelled", "EscrowDisputeResolved"],
  ["releasing", "released", "EscrowReleased"],
] as const)("%s: %s needs its own %s", (state, outcome, log) => {
  test.each([
    ["not ours", { ours: false }],
    ["of an earlier generation's call", { current: false }],
    ["not at the soft head", { soft: false }],
    ["of another contract", { contract: "token" }],
    ["of another kind", { kind: "EscrowSomething" }],
  ] as const)("and not one that is %s", (_what, change) => {
    const decision = deciding(state, spoilt(known(state, outcome), log, change));
    expect(decision).not.toMatchObject({ kind: "move", outcome });
  });
});

test("an escrow whose funding is settled is not in custody while its withdrawal's Transfer is not", () => {
  const settled = known("securing", "settled");
  expect(deciding("securing", settled)).toMatchObject({ outcome: "settled" });
  expect(deciding("securing", { ...settled, unsettled: 1 })).toMatchObject({ kind: "wait", untilMs: NOW_MS + 1_000 });
});

test("a log of somebody else's on our escrow continues nothing and stops everything that has an escrow", () => {
  const states = Object.entries<Row<string>>(tables.custody).filter(([, row]) => row.on.foreign_event);
  expect(states.map(([state]) => state)).toEqual([
    "funding",
    "securing",
    "active",
    "disputing",
    "disputed",
    "resolving",
    "cancelling",
    "releasing",
  ]);
  for (const kind of ["EscrowReleased", "EscrowCancelled", "EscrowDisputed", "EscrowDisputeResolved"]) {
    const byHand = escrowLog(kind, { ours: false, txHash: "0xff" });
    for (const [state] of states) {
      const decision = deciding(state, facts({ chain: [byHand], terms: custodyEnded }));
      expect(decision).toMatchObject({ outcome: "foreign_event", evidence: { log: kind, tx_hash: "0xff" } });
    }
  }
});

test.each([
  ["of another escrow", { escrowId: "8" }],
  ["not at the soft head", { soft: false }],
])("a foreign log %s is no news", (_what, change) => {
  const byHand = escrowLog("EscrowReleased", { ours: false, ...change });
  expect(deciding("active", facts({ chain: [byHand] })).kind).toBe("wait");
});

describe("withdrawing", () => {
  const bridged = known("withdrawing", "bridged");

  test.each([...otherTransfers, ["in another transaction", { txHash: "0xbb" }]] as const)(
    "COMPLETE at the bank is not enough with a Transfer that is %s",
    (_what, change) => expect(deciding("withdrawing", spoilt(bridged, "Transfer", change))).toMatchObject(asksBank),
  );

  test.each(["PENDING", "IN_PROGRESS"] as const)("a Transfer is not enough while the bank says %s", (status) => {
    const bank = [bankRow("CRYPTO_WITHDRAWAL", "withdrawal-1", { status, txHash: "0xaa" })];
    expect(deciding("withdrawing", { ...bridged, bank })).toMatchObject(asksBank);
  });

  test("COMPLETE without the Transfer's hash is not enough", () => {
    const bank = [bankRow("CRYPTO_WITHDRAWAL", "withdrawal-1")];
    expect(deciding("withdrawing", { ...bridged, bank })).toMatchObject(asksBank);
  });

  test("another withdrawal is not ours", () => {
    const bank = [bankRow("CRYPTO_WITHDRAWAL", "withdrawal-2", { txHash: "0xaa" })];
    expect(deciding("withdrawing", { ...bridged, bank })).toMatchObject(asksBank);
  });

  test("FAILED is believed only by its refund: until then nothing is sent again", () => {
    expect(deciding("withdrawing", known("withdrawing", "failed"))).toMatchObject({ outcome: "failed" });
    expect(deciding("failed_withdrawal", facts())).toMatchObject(asksBank);
  });
});

describe("securing", () => {
  const funded = (change: Partial<ChainFact>, more: Partial<Facts> = {}) =>
    deciding("securing", facts({ chain: [escrowLog("EscrowFunded", change)], ...more }));

  test("nobody is told «active» before the block is settled: it is asked for once the settled head reaches it", () => {
    expect(funded({}, { settledHead: 90n })).toEqual({ kind: "perform", action: "confirmBlock", block: 90n });
    expect(funded({}, { settledHead: 89n })).toMatchObject({ kind: "wait" });
    expect(funded({}, { settledHead: null })).toMatchObject({ kind: "wait" });
  });

  test("a log that vanished from the index is waited for", () => {
    expect(deciding("securing", facts())).toMatchObject({ kind: "wait" });
  });
});

describe("active", () => {
  const active = (more: Partial<Facts>) => deciding("active", facts(more));

  test("rests until the custody's end", () => {
    expect(active({})).toMatchObject({ kind: "wait", untilMs: facts().terms.custodyEndMs });
  });

  test("is due at its end, to the millisecond, by both clocks", () => {
    const terms = { ...facts().terms, custodyEndMs: NOW_MS };
    expect(active({ terms })).toMatchObject({ outcome: "due" });
    expect(active({ terms, chainTimeMs: NOW_MS - 1 })).toMatchObject({ kind: "wait" });
    expect(active({ terms, chainTimeMs: null })).toMatchObject({ kind: "wait" });
    expect(active({ terms: { ...terms, custodyEndMs: NOW_MS + 1 }, chainTimeMs: NOW_MS + 1 })).toMatchObject({
      kind: "wait",
    });
  });

  test("a hold keeps it beyond its end, and says so", () => {
    expect(active({ terms: { ...custodyEnded, held: true } })).toMatchObject({ kind: "wait", reason: "held" });
  });

  test("a dispute comes before the end", () => {
    expect(active({ terms: custodyEnded, ruling: "dispute" })).toMatchObject({ outcome: "dispute_opened" });
  });

  test("what buyer and seller let go early is released before its end, unless it is held", () => {
    const before = { ...custodyEnded, custodyEndMs: NOW_MS + 1 };
    expect(active({ terms: before, ruling: "release" })).toMatchObject({ kind: "move", outcome: "due" });
    expect(active({ terms: { ...before, held: true }, ruling: "release" })).toMatchObject({ kind: "wait" });
  });

  test.each(["seller", "buyer", "cancel"] as const)("a ruling «%s» is for other states", (ruling) => {
    expect(active({ ruling })).toMatchObject({ kind: "wait" });
  });
});

describe("returning", () => {
  test("sends nothing when the contract itself paid Juno", () => {
    const paid = facts({ chain: [transferLog(ESCROW_CONTRACT, JUNO_WALLET)] });
    expect(deciding("returning", paid)).toMatchObject({ outcome: "returned" });
  });
});

describe("crediting", () => {
  const credited = known("crediting", "credited");
  const withBank = (change: object) => ({ ...credited, bank: credited.bank.map((row) => ({ ...row, ...change })) });

  test.each([
    ["one base unit less", { amountBaseUnits: AMOUNT_BASE_UNITS - 1n }],
    ["one base unit more", { amountBaseUnits: AMOUNT_BASE_UNITS + 1n }],
    ["of another transaction", { txHash: "0xbb" }],
    ["pending", { status: "PENDING" }],
    ["failed", { status: "FAILED" }],
    ["of another type", { type: "ISSUANCE" }],
  ])("is not credited by a deposit that is %s", (_what, change) => {
    expect(deciding("crediting", withBank(change))).toMatchObject(asksBank);
  });

  test("is not credited before the return's block is settled", () => {
    const soft = spoilt(credited, "Transfer", { settled: false });
    expect(deciding("crediting", soft)).toMatchObject({ kind: "perform", action: "confirmBlock", block: 90n });
    expect(deciding("crediting", { ...soft, settledHead: 89n })).toMatchObject({ kind: "wait" });
  });

  test("is not credited while a Transfer that it consumed is not settled, or has vanished", () => {
    expect(deciding("crediting", { ...credited, unsettled: 1 })).toMatchObject({
      kind: "wait",
      untilMs: NOW_MS + 1_000,
    });
  });

  test("uses up the bank's deposit", () => {
    expect(deciding("crediting", credited)).toMatchObject({
      learnt: { cryptoDepositId: "credit-1" },
      claims: [{ source: "bank_transaction", outsideId: "credit-1" }],
    });
  });
});

describe.each(
  Object.entries<Row<string>>(tables.custody).flatMap(([state, row]) =>
    row.does && row.does !== "confirmBlock" && row.does !== "withdraw" ? [[state, row.does as ChainSend] as const] : [],
  ),
)("%s calls %s", (state, action) => {
  const perform = { kind: "perform", action };

  test("once: with a transaction of its own on the way it waits", () => {
    expect(deciding(state, facts())).toEqual(perform);
    const sent = [ownTransaction(action)];
    expect(deciding(state, facts({ ownTransactions: sent })).kind).toBe("wait");
    expect(deciding(state, facts({ ownTransactions: [ownTransaction(action, { hash: null })] })).kind).toBe("wait");
  });

  test("whatever another action, or another generation of this one, has sent", () => {
    const another = [ownTransaction("createEscrow"), ownTransaction("release")].filter((own) => own.action !== action);
    expect(deciding(state, facts({ ownTransactions: another }))).toEqual(perform);
    expect(deciding(state, facts({ ownTransactions: [ownTransaction(action, { generation: 1 })] }))).toEqual(perform);
  });

  test("not while killed or blind", () => {
    const guarded = (killed: boolean) =>
      deciding(state, facts({ guards: { killed, staleFacts: !killed, bankUnread: true } }));
    expect(guarded(true)).toMatchObject({ kind: "wait", reason: "killed" });
    expect(guarded(false)).toMatchObject({ kind: "wait", reason: "stale_facts" });
  });

  test("reverted only when every price of it reverted, or the simulation said never", () => {
    const bumped = [ownTransaction(action, { reverted: true }), ownTransaction(action, { hash: "0xbb" })];
    expect(deciding(state, facts({ ownTransactions: bumped })).kind).toBe("wait");
    const never = facts({ attempts: [refused(action, "never", "wrong_status")] });
    expect(deciding(state, never)).toMatchObject({ kind: "move", outcome: "reverted" });
    const notNow = facts({ attempts: [refused(action, "not_now", "token_paused"), attempt(action, { number: 2 })] });
    expect(deciding(state, notNow)).toEqual(perform);
  });
});

test("whichever of its wallets Juno pays a withdrawal from, the Transfer to the bridge is the proof", () => {
  const chain = [transferLog(STRANGER, BRIDGE, { ours: false })];
  expect(deciding("withdrawing", { ...known("withdrawing", "bridged"), chain })).toMatchObject({ outcome: "bridged" });
});

describe("a withdrawal that the bank failed and gave back", () => {
  const refunded = known("failed_withdrawal", "refund_claimed");
  const failed = (generation: number, agoMs: number) =>
    decide(legIn("custody", "failed_withdrawal", { generation, enteredAtMs: NOW_MS - agoMs }), refunded);

  test.each([
    [0, 1],
    [1, 2],
    [2, 4],
  ])("in generation %i is ordered anew %i minutes after it failed, and not before", (generation, minutes) => {
    const restartAtMs = NOW_MS + 1;
    expect(failed(generation, minutes * 60_000 - 1)).toEqual({ kind: "wait", untilMs: restartAtMs, reason: null });
    expect(failed(generation, minutes * 60_000)).toMatchObject({ outcome: "refund_claimed" });
  });

  test("for the fourth time goes to a person at once, with its refund claimed", () => {
    expect(failed(3, 0)).toMatchObject({
      outcome: "failed_too_often",
      claims: [{ source: "refund", outsideId: "refund-1" }],
      evidence: { reason: "el banco falló 4 veces este retiro y lo devolvió" },
    });
  });
});
