import { expect, test } from "vitest";
import { maskName } from "../../reactor/payments/maskName.ts";
import { dayInMexico, isoInMexico } from "../../reactor/payments/mexicoTime.ts";

test("a moment is told by the capital's clock, whose summers had another one until 2022", () => {
  expect(isoInMexico(Date.parse("2026-11-23T05:59:59.999Z"))).toBe("2026-11-22T23:59:59-06:00");
  expect(isoInMexico(Date.parse("2021-07-01T12:00:00Z"))).toBe("2021-07-01T07:00:00-05:00");
  expect(dayInMexico(Date.parse("2026-11-23T05:59:59.999Z"))).toBe("2026-11-22");
  expect(dayInMexico(Date.parse("2026-11-23T06:00:00Z"))).toBe("2026-11-23");
});

test("of a name only the first letter of each word is left, accents and all", () => {
  expect(maskName(" Óscar  de la  Ñ ")).toBe("Ó••• d••• l••• Ñ•••");
  expect(maskName("")).toBe("");
});
