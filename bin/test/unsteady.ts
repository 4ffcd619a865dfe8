import type { Report } from "./report.ts";

/** More than these at once is no race of a test with a busy machine. */
const MOST_FILES = 2;

/**
 * The files that may be tried once more, by themselves: few, and none that met an answer of the bank or an error of the
 * chain that nobody has classified, since such a one must never pass because it came only once.
 */
export function filesToTryAgain(results: Report): readonly string[] {
  const failed = results.filter((file) => file.status === "failed");
  const ofBankOrChain = failed.some((file) => toldBy(file).includes("Nobody has classified"));
  return failed.length > MOST_FILES || ofBankOrChain ? [] : failed.map((file) => file.name);
}

function toldBy(file: Report[number]): string {
  return [file.message, ...file.assertionResults.flatMap((test) => test.failureMessages ?? [])].join("\n");
}

/** Names what failed beside the others and passed alone: a fault of the test or of the program, to be mended. */
export function printUnsteady(first: Report, again: Report): void {
  const passed = new Set(again.filter((file) => file.status === "passed").map((file) => file.name));
  for (const file of first.filter((one) => passed.has(one.name))) {
    const tests = file.assertionResults.filter((test) => test.status === "failed").map((test) => test.fullName);
    for (const test of tests.length > 0 ? tests : [file.message]) {
      console.log(`Inestable / Unsteady, failed beside the others and passed alone: ${file.name}: ${test}`);
    }
  }
}
