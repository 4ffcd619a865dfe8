import fc from "fast-check";
import { expect, test } from "vitest";
import { type Agreed, splitAmount } from "../../reactor/payments/splitAmount.ts";

const commission = (
  payee: "platform" | "broker",
  amountCentavos: bigint,
  source: "deposit" | "custody" = "deposit",
) => ({
  ...{ payee, amountCentavos, source },
});
const split = (agreed: Partial<Agreed>) =>
  splitAmount({ amountCentavos: 1_500_00n, custodyCentavos: null, commissions: [], ...agreed });
const told = (agreed: Partial<Agreed>) => {
  const made = split(agreed);
  return made.ok ? made.parts.map(({ payee, source, amountCentavos }) => `${payee} ${source} ${amountCentavos}`) : made;
};

test("nothing agreed: all of it is held for the seller", () => {
  expect(told({})).toEqual(["seller custody 150000"]);
});

test("what is not held is paid at once, and commissions go off the seller's part", () => {
  expect(told({ custodyCentavos: 1_000_00n })).toEqual(["seller custody 100000", "seller deposit 50000"]);
  expect(told({ commissions: [commission("platform", 100_00n)] })).toEqual([
    "seller custody 140000",
    "platform deposit 10000",
  ]);
  expect(
    told({
      custodyCentavos: 1_000_00n,
      commissions: [commission("platform", 150_00n), commission("broker", 200_00n, "custody")],
    }),
  ).toEqual(["seller custody 80000", "seller deposit 35000", "platform deposit 15000", "broker custody 20000"]);
});

test("parts that do not fit are refused with the sum that was found", () => {
  expect(told({ custodyCentavos: 1_400_00n, commissions: [commission("broker", 100_01n)] })).toMatchObject({
    ...{ problem: "parts_exceed_whole", sumCentavos: 1_500_01n, wholeCentavos: 1_500_00n },
  });
  expect(told({ custodyCentavos: 200_00n, commissions: [commission("broker", 200_01n, "custody")] })).toMatchObject({
    ...{ problem: "parts_exceed_whole", sumCentavos: 200_01n, wholeCentavos: 200_00n },
  });
});

test("a part that the bank would not redeem is refused, and so is a seller who gets nothing", () => {
  expect(told({ custodyCentavos: 1_400_01n })).toMatchObject({ problem: "part_too_small", partCentavos: 99_99n });
  expect(told({ commissions: [commission("platform", 1_500_00n)] })).toMatchObject({
    ...{ problem: "part_too_small", partCentavos: 0n },
  });
});

test("whatever is agreed, the parts are the deposit to the centavo, each at least what the bank redeems", () => {
  const amount = fc.bigInt(100_00n, 5_000_00n);
  const commissions = fc.array(
    fc.record({
      payee: fc.constantFrom("platform" as const, "broker" as const),
      source: fc.constantFrom("deposit" as const, "custody" as const),
      amountCentavos: amount,
    }),
    { maxLength: 4 },
  );
  const agreed = fc.record({ amountCentavos: amount, custodyCentavos: fc.option(amount), commissions });
  fc.assert(
    fc.property(agreed, (terms) => {
      const made = splitAmount(terms);
      if (!made.ok) return;
      expect(made.parts.reduce((sum, part) => sum + part.amountCentavos, 0n)).toBe(terms.amountCentavos);
      expect(made.parts.every((part) => part.amountCentavos >= 100_00n)).toBe(true);
      expect(made.parts[0]?.payee).toBe("seller");
    }),
    { numRuns: 2_000 },
  );
});
