import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { forge } from "./contracts/forge.ts";
import { printCovered, readReport, withSecond } from "./test/report.ts";
import { filesToTryAgain, printUnsteady } from "./test/unsteady.ts";

/**
 * `npm test`: the contracts' tests, then every other one on real parts but the fault journeys, then what was covered.
 * With arguments only vitest runs, with those; `npm run faults` is such a run, of some twelve minutes. One or two files
 * that failed are tried once more alone: real parts on a busy machine race with what watches them. What then passes is named.
 */

const checkout = resolve(import.meta.dirname, "..");
const args = process.argv.slice(2);

async function testContracts(): Promise<boolean> {
  try {
    await forge(["test"], true);
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

function runVitest(reportFile: string, wanted: readonly string[]): Promise<number> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...wanted], { cwd: checkout, stdio: "inherit" });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => done(code ?? 1));
  });
}

/** The exit code of the tests, after the second try of those that failed. */
async function testPrograms(folder: string): Promise<number> {
  const firstFile = join(folder, "first.json");
  const code = await runVitest(firstFile, args.length > 0 ? args : ["--project=together", "--project=alone"]);
  if (!existsSync(firstFile)) return code;
  const first = readReport(firstFile);
  const again = code === 0 ? [] : filesToTryAgain(first);
  if (again.length === 0) {
    printCovered(checkout, first);
    return code;
  }
  const secondFile = join(folder, "second.json");
  const secondCode = await runVitest(secondFile, [...again, "--no-file-parallelism"]);
  const second = existsSync(secondFile) ? readReport(secondFile) : [];
  printCovered(checkout, withSecond(first, second));
  printUnsteady(first, second);
  return secondCode;
}

const folder = mkdtempSync(join(tmpdir(), "kustodia-test-"));
try {
  const contractsHold = args.length > 0 || (await testContracts());
  const code = await testPrograms(folder);
  process.exitCode = contractsHold ? code : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
