import fc from "fast-check";
import { expect, test } from "vitest";
import { readPaymentList, writePaymentList } from "../../bin/simulate/paymentList.ts";

test("any payments are read as they were written, a run of them as one range", () => {
  expect(writePaymentList([3, 17, 18, 19, 40])).toBe("3,17-19,40");
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (payments) => {
      const ascending = payments.toSorted((a, b) => a - b);
      expect(readPaymentList(writePaymentList(ascending))).toEqual(ascending);
    }),
  );
});

test.each(["", "a", "3,,4", "1-2-3", "-1", "1.5"])("%j is no list of payments", (text) => {
  expect(() => readPaymentList(text)).toThrow("is no payment number");
});
