import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { centavosToDecimal, decimalToUnits } from "../../reactor/juno/decimal.ts";
import { parseExactJson } from "../../reactor/juno/exactJson.ts";

const tenMillionPesos = 10_000_000_000_000n;

/** An amount as the bank could write it: with or without trailing zeros, as a number or as a string. */
function decimalOf(amountBaseUnits: bigint, keepZeros: boolean): string {
  const fraction = (amountBaseUnits % 1_000_000n).toString().padStart(6, "0");
  const text = `${amountBaseUnits / 1_000_000n}.${fraction}`;
  return keepZeros ? text : text.replace(/\.?0+$/, "");
}

describe("amounts read from JSON", () => {
  test("every amount up to 10 million MXN with 6 decimals survives as a number and as a string", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, tenMillionPesos), fc.boolean(), fc.boolean(), (amount, keepZeros, quoted) => {
        const decimal = decimalOf(amount, keepZeros);
        const read = parseExactJson(`{"amount": ${quoted ? `"${decimal}"` : decimal}}`) as { amount: string };
        expect(decimalToUnits(read.amount, 6)).toBe(amount);
      }),
      { numRuns: 5_000 },
    );
  });

  test("a number beyond floating point keeps its last digit", () => {
    const text = "9007199254740993.000001";
    expect(parseExactJson(text)).toBe(text);
    expect(decimalToUnits(text, 6)).toBe(9_007_199_254_740_993_000_001n);
    expect(`${JSON.parse(text)}`).not.toBe(text);
  });

  test.each([
    ["12345678.91", 2, 1_234_567_891n],
    ["0.30", 2, 30n],
    ["1E+3", 2, 100_000n],
    ["1.5e-1", 2, 15n],
    ["100.000000", 2, 10_000n],
    ["0", 6, 0n],
  ])("%s with %i decimals is %i", (text, decimals, units) => {
    expect(decimalToUnits(text, decimals)).toBe(units);
  });

  test.each([
    ["0.30000000000000004", 6],
    ["100.005", 2],
    ["-5", 2],
    ["", 2],
    ["1,000", 2],
    ["NaN", 2],
    ["0x10", 2],
    ["1e-9", 6],
    [" 1", 2],
  ])("%j with %i decimals is no amount", (text, decimals) => {
    expect(decimalToUnits(text, decimals)).toBeUndefined();
  });
});

describe("exact JSON", () => {
  test("differs from JSON.parse only in that numbers are their own text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const numbersAsText = JSON.parse(text, (_key, item) =>
          typeof item === "number" ? JSON.stringify(item) : item,
        );
        expect(parseExactJson(text)).toEqual(numbersAsText);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['{"amount": 01}', "{1: 2}", '{"a": 1', "", "1 2", '{"a": .5}', '"a\nb"'])("refuses %j", (text) => {
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });
});

describe("amounts written for the bank", () => {
  test("are read back as the same centavos, with two decimals at most", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, tenMillionPesos), (amountCentavos) => {
        const text = centavosToDecimal(amountCentavos);
        expect(text).toMatch(/^\d+(\.\d{1,2})?$/);
        expect(decimalToUnits(text, 2)).toBe(amountCentavos);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    [1n, "0.01"],
    [10n, "0.1"],
    [1_714n, "17.14"],
    [10_000n, "100"],
    [1_000_000_001n, "10000000.01"],
  ])("%i centavos are %s", (amountCentavos, text) => {
    expect(centavosToDecimal(amountCentavos)).toBe(text);
  });
});
