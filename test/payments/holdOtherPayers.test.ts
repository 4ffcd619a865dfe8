import { expect, test } from "vitest";
import { holdOtherPayers } from "../../reactor/payments/holdOtherPayers.ts";
import type { Matching } from "../../reactor/payments/matchDeposits.ts";

const matching: Matching = {
  assigned: [
    { legId: 1, id: "own" },
    { legId: 2, id: "another's" },
    { legId: 3, id: "nobody's" },
  ],
  held: [{ id: "unsure", legIds: [4, 5], why: "several_payments_match" }],
  unmatched: ["lost"],
};
const payers = new Map([
  ["own", "LOPEZ ANA"],
  ["another's", "BETO RUIZ"],
]);
const names = { buyerOf: () => "Ana López", payerOf: (id: string) => payers.get(id) ?? null };

test("taken by the policy, every name is as good as the buyer's", () => {
  expect(holdOtherPayers(matching, "accept", names)).toBe(matching);
});

test("held by the policy, what is not in the buyer's name waits for a person, and so does what is in none", () => {
  expect(holdOtherPayers(matching, "hold", names)).toEqual({
    assigned: [{ legId: 1, id: "own" }],
    held: [
      ...matching.held,
      { id: "another's", legIds: [2], why: "other_payer" },
      { id: "nobody's", legIds: [3], why: "untold_payer" },
    ],
    unmatched: ["lost"],
  });
});
