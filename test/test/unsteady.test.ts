import { expect, test } from "vitest";
import { type Report, withSecond } from "../../bin/test/report.ts";
import { filesToTryAgain } from "../../bin/test/unsteady.ts";

const file = (name: string, status: "passed" | "failed", told = ""): Report[number] => ({
  name,
  status,
  message: "",
  assertionResults: [{ status, fullName: `${name} holds`, failureMessages: told === "" ? [] : [told] }],
});

test("one or two failed files are tried again, and only those", () => {
  expect(filesToTryAgain([file("a", "failed"), file("b", "passed"), file("c", "failed")])).toEqual(["a", "c"]);
});

test("three failed files are not a race with a busy machine", () => {
  expect(filesToTryAgain([file("a", "failed"), file("b", "failed"), file("c", "failed")])).toEqual([]);
});

test("an answer that nobody has classified is never tried again, in a test or at its system's close", () => {
  const unclassified = "Error: Nobody has classified:\n40999";
  expect(filesToTryAgain([file("a", "failed", unclassified), file("b", "failed")])).toEqual([]);
  expect(filesToTryAgain([{ ...file("a", "failed"), message: unclassified }])).toEqual([]);
});

test("the second try's result stands for the file, the others keep theirs", () => {
  const first = [file("a", "failed"), file("b", "passed")];
  expect(withSecond(first, [file("a", "passed")]).map(({ status }) => status)).toEqual(["passed", "passed"]);
});
