import fc from "fast-check";
import { expect, test } from "vitest";
import { isJunoClabe, maskClabe, parseClabe } from "../../reactor/payments/clabe.ts";

/** Banxico's rule, worked out here on its own: weights 3, 7, 1; the last digit brings the sum to a multiple of ten. */
function checkDigitOf(first17: string): number {
  const sum = [...first17].reduce((total, digit, index) => total + Number(digit) * ([3, 7, 1][index % 3] ?? 0), 0);
  return (10 - (sum % 10)) % 10;
}

const first17 = fc.stringMatching(/^\d{17}$/);

test("a CLABE of any bank is taken with its own check digit, and with no other", () => {
  fc.assert(
    fc.property(first17, fc.integer({ min: 0, max: 9 }), (digits, last) => {
      const right = last === checkDigitOf(digits);
      const clabe = `${digits}${last}`;
      expect(parseClabe(clabe)).toEqual(right ? { ok: true, clabe } : { ok: false, problem: "wrong_check_digit" });
    }),
    { numRuns: 2_000 },
  );
});

test.each(["032180000118359719", "646180157042875763", "002010077777777771"])(
  "the published CLABE %s is right",
  (clabe) => {
    expect(parseClabe(clabe)).toEqual({ ok: true, clabe });
  },
);

test("one digit mistyped is always seen", () => {
  fc.assert(
    fc.property(first17, fc.nat(16), fc.integer({ min: 1, max: 9 }), (digits, place, step) => {
      const typed = [...digits];
      typed[place] = String((Number(typed[place]) + step) % 10);
      expect(parseClabe(`${typed.join("")}${checkDigitOf(digits)}`)).toMatchObject({ ok: false });
    }),
  );
});

test.each([
  "",
  "03218000011835971",
  "0321800001183597190",
  "03218000011835971a",
  " 032180000118359719",
  "٠32180000118359719",
])("%j is not 18 digits", (text) => expect(parseClabe(text)).toEqual({ ok: false, problem: "not_18_digits" }));

test("a CLABE of Juno's own institution is known by its first three digits", () => {
  expect(isJunoClabe("710180000118359719")).toBe(true);
  expect(isJunoClabe("032710000118359719")).toBe(false);
});

test("a masked CLABE shows its last four digits only", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{18}$/), (clabe) => {
      expect(maskClabe(clabe)).toBe(`••••${clabe.slice(14)}`);
    }),
  );
});
