import { expect, test } from "vitest";
import { applyReview } from "../../reactor/payments/apply.ts";
import { correctionOf } from "../../reactor/payments/correctionOf.ts";
import { type LegKind, tables } from "../../reactor/payments/leg.ts";
import { legIn } from "./knownFacts.ts";

const legs = (Object.keys(tables) as LegKind[]).flatMap((kind) =>
  Object.keys(tables[kind]).map((state) => legIn(kind, state)),
);
const proofsOf = (leg: (typeof legs)[number]) => correctionOf(leg)?.proofs.map(({ kind }) => kind);

test("the account of a payout is changed while nothing was ordered for it, and when its SPEI came back", () => {
  const free = legs.filter((leg) => correctionOf(leg) !== null);
  expect(free.map(({ kind, state }) => `${kind}.${state}`)).toEqual([
    "payout.waiting",
    "payout.account",
    "payout.ready",
    "payout.bounced",
  ]);
  for (const leg of free) expect(proofsOf(leg)).toEqual([]);
});

test("in review it is changed too, but after an order only with proof that this one paid nobody", () => {
  const reviewed = legs.map(applyReview).filter((leg) => correctionOf(leg) !== null);
  expect(reviewed.map((leg) => [`${leg.kind}.${leg.reviewFrom}`, proofsOf(leg)])).toEqual([
    ["payout.waiting", []],
    ["payout.account", []],
    ["payout.ready", []],
    ["payout.redeeming", ["definite_no"]],
    ["payout.failed", ["refund"]],
    ["payout.bounced", []],
  ]);
});

test("the corrected account is registered under a new key, and a payout that still waits goes on waiting", () => {
  for (const leg of [...legs, ...legs.map(applyReview)]) {
    const correction = correctionOf(leg);
    if (correction === null) continue;
    const waits = leg.state === "waiting" || leg.reviewFrom === "waiting";
    expect(correction).toMatchObject(
      waits ? { to: "waiting", generation: "same" } : { to: "account", generation: "next" },
    );
  }
});
