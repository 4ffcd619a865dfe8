import { expect, test } from "vitest";
import { type LegKind, tables } from "../../reactor/payments/leg.ts";
import { amountDueCentavos, type PaymentStatus, statusOf } from "../../reactor/payments/status.ts";
import { AMOUNT_CENTAVOS, legIn } from "./knownFacts.ts";

type States = readonly [deposit: string, custody: string, payout: string];

const legsIn = ([deposit, custody, ...payouts]: readonly string[]) => [
  legIn("deposit", deposit ?? ""),
  legIn("custody", custody ?? ""),
  ...payouts.map((state) => legIn("payout", state)),
];

test.each<readonly [PaymentStatus, States]>([
  ["pending", ["awaiting", "waiting", "waiting"]],
  ["pending", ["seen", "waiting", "waiting"]],
  ["processing", ["issuing", "waiting", "waiting"]],
  ["processing", ["issued", "waiting", "waiting"]],
  ["processing", ["issued", "withdrawing", "waiting"]],
  ["processing", ["issued", "failed_withdrawal", "waiting"]],
  ["processing", ["issued", "bridged", "waiting"]],
  ["processing", ["issued", "funding", "waiting"]],
  ["processing", ["issued", "securing", "waiting"]],
  ["active", ["issued", "active", "waiting"]],
  ["disputed", ["issued", "disputing", "waiting"]],
  ["disputed", ["issued", "disputed", "waiting"]],
  ["disputed", ["issued", "resolving", "waiting"]],
  ["disputed", ["issued", "cancelling", "waiting"]],
  ["active", ["issued", "releasing", "waiting"]],
  ["active", ["issued", "returning", "waiting"]],
  ["active", ["issued", "crediting", "waiting"]],
  ["active", ["issued", "returned", "waiting"]],
  ["active", ["issued", "returned", "account"]],
  ["active", ["issued", "returned", "ready"]],
  ["active", ["issued", "returned", "redeeming"]],
  ["active", ["issued", "returned", "paying"]],
  ["active", ["issued", "returned", "failed"]],
  ["completed", ["issued", "returned", "paid"]],
  ["active", ["issued", "returned", "bounced"]],
  ["active", ["covered", "returned", "ready"]],
  ["completed", ["covered", "returned", "paid"]],
  ["expired", ["expired", "waiting", "waiting"]],
  ["cancelled", ["cancelled", "waiting", "waiting"]],
])("%s: %j", (status, states) => expect(statusOf(legsIn(states))).toBe(status));

test.each<readonly [LegKind, number]>([
  ["deposit", 0],
  ["custody", 1],
  ["payout", 2],
])("one %s leg in review puts the payment in review, whatever the others say", (kind, place) => {
  const others = [Object.keys(tables.deposit), Object.keys(tables.custody), Object.keys(tables.payout)];
  for (const other of others.flat()) {
    const legs = ["issued", "returned", "paid"].map((state, index) =>
      legIn((["deposit", "custody", "payout"] as const)[index] ?? kind, state),
    );
    legs[place] = legIn(kind, Object.keys(tables[kind])[0] ?? "", { state: "review", reviewFrom: other as never });
    expect(statusOf(legs)).toBe("review");
  }
});

test("what a dispute gave back to the buyer is refunded, once it is paid", () => {
  const givenBack = (state: string) => [...legsIn(["issued", "returned"]), legIn("payout", state, { payee: "buyer" })];
  expect(statusOf(givenBack("paying"))).toBe("active");
  expect(statusOf(givenBack("paid"))).toBe("refunded");
  expect(statusOf([...givenBack("paid"), legIn("payout", "paid", { source: "deposit" })])).toBe("refunded");
});

test("of what is only given on, nothing is in custody", () => {
  const returned = (state: string) => [legIn("deposit", "issued"), legIn("payout", state, { payee: "buyer" })];
  expect(statusOf(returned("paying"))).toBe("processing");
  expect(statusOf(returned("paid"))).toBe("refunded");
});

test("of two beneficiaries both must be paid", () => {
  expect(statusOf(legsIn(["issued", "returned", "paid", "paying"]))).toBe("active");
  expect(statusOf(legsIn(["issued", "returned", "paid", "paid"]))).toBe("completed");
});

test("what is due is what is not yet paid, to the centavo", () => {
  expect(amountDueCentavos(legsIn(["issued", "returned", "paid", "paying"]))).toBe(AMOUNT_CENTAVOS);
  expect(amountDueCentavos(legsIn(["issued", "returned", "bounced", "review"].slice(0, 3)))).toBe(AMOUNT_CENTAVOS);
  expect(amountDueCentavos(legsIn(["issued", "returned", "paid", "paid"]))).toBe(0n);
});
