import { expect, test } from "vitest";
import { moment } from "../../reactor/pages/formats.ts";

test("the first hour of a day is told as 00, in both languages", () => {
  const at = "2026-02-25T06:14:50Z";
  expect(moment("es", at)).toBe("25 feb 2026, 00:14:50");
  expect(moment("en", at)).toBe("25 Feb 2026, 00:14:50");
});
