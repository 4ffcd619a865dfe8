import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LARGEST_CENTAVOS, parseAmount, SMALLEST_CENTAVOS, toDecimal, toPesos } from "../../reactor/payments/money.ts";

test("every amount that may be asked for survives being written and read", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: SMALLEST_CENTAVOS, max: LARGEST_CENTAVOS }), (amountCentavos) => {
      expect(parseAmount(toDecimal(amountCentavos))).toEqual({ ok: true, amountCentavos });
    }),
  );
});

test("an amount is read the same however many of its last zeros are written", () => {
  const pesos = fc.bigInt({ min: 100n, max: 9_999_999n });
  const tenths = fc.bigInt({ min: 0n, max: 9n });
  fc.assert(
    fc.property(pesos, tenths, (whole, tenth) => {
      const amountCentavos = whole * 100n + tenth * 10n;
      const written = [`${whole}.${tenth}`, `${whole}.${tenth}0`, ...(tenth === 0n ? [`${whole}`] : [])];
      for (const text of written) expect(parseAmount(text)).toEqual({ ok: true, amountCentavos });
    }),
  );
});

test.each([
  ["1500", 150_000n],
  ["1500.5", 150_050n],
  ["1500.50", 150_050n],
  ["1500.05", 150_005n],
  ["100", 10_000n],
  ["10000000.00", 1_000_000_000n],
  ["0001500.50", 150_050n],
])("%s pesos are read exactly", (text, amountCentavos) => {
  expect(parseAmount(text)).toEqual({ ok: true, amountCentavos });
});

describe("an amount is refused", () => {
  test.each([
    "",
    " ",
    "abc",
    "1,500.00",
    "1500.",
    ".50",
    "1e5",
    "0x64",
    "+150",
    " 150",
    "150 ",
    "150\n",
    "1.500.00",
    "$150",
    "--150",
    "Infinity",
    "NaN",
    "١٥٠",
    "1500٫50",
    "1234567890123456",
  ])("when it is no plain decimal: %j", (text) => {
    expect(parseAmount(text)).toEqual({ ok: false, problem: "not_decimal" });
  });

  test.each([
    ["1500.001", "too_many_decimals"],
    ["1500.500", "too_many_decimals"],
    ["0", "not_positive"],
    ["-0.00", "not_positive"],
    ["-1500.50", "not_positive"],
    ["0.01", "too_small"],
    ["99.99", "too_small"],
    ["10000000.01", "too_large"],
    ["999999999999999", "too_large"],
  ])("%s: %s", (text, problem) => expect(parseAmount(text)).toEqual({ ok: false, problem }));
});

test.each([
  [0n, "0.00", "$0.00"],
  [5n, "0.05", "$0.05"],
  [99_999n, "999.99", "$999.99"],
  [150_050n, "1500.50", "$1,500.50"],
  [1_234_567_890_12n, "1234567890.12", "$1,234,567,890.12"],
])("%d centavos are written %s on the wire and %s for people", (centavos, wire, people) => {
  expect(toDecimal(centavos)).toBe(wire);
  expect(toPesos(centavos)).toBe(people);
});

test("a difference may be negative, and is written so", () => {
  expect(toDecimal(-5n)).toBe("-0.05");
  expect(toDecimal(-150_050n)).toBe("-1500.50");
  expect([toPesos(-5n), toPesos(-150_050n)]).toEqual(["-$0.05", "-$1,500.50"]);
});
