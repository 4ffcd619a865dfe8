import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { z } from "zod";
import { forge } from "./contracts/forge.ts";

/**
 * `npm test`: the contracts' tests, then every other one on real parts but the fault journeys, then what was covered.
 * Arguments go to vitest. The faults take some ten minutes by themselves: `npm run faults`.
 */

const checkout = resolve(import.meta.dirname, "..");

const report = z.object({
  testResults: z.array(z.object({ name: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

async function testContracts(): Promise<boolean> {
  try {
    await forge(["test"], true);
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}

function testPrograms(reportFile: string): Promise<number> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : ["--exclude", "test/faults/**"];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...wanted], {
    cwd: checkout,
    stdio: "inherit",
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => done(code ?? 1));
  });
}

/** How many tests of each room passed, failed or were left out, so that a room without tests is seen. */
function printCovered(reportFile: string): void {
  const rooms = new Map<string, Record<string, number>>();
  for (const file of report.parse(JSON.parse(readFileSync(reportFile, "utf8"))).testResults) {
    const room = relative(join(checkout, "test"), dirname(file.name)) || "test";
    const counts = rooms.get(room) ?? {};
    for (const { status } of file.assertionResults) counts[status] = (counts[status] ?? 0) + 1;
    rooms.set(room, counts);
  }
  console.log("\nCubierto / Covered:");
  for (const [room, counts] of [...rooms].sort()) {
    const words = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
    console.log(`  ${room.padEnd(22)} ${words.join(", ")}`);
  }
  const total = (status: string) => [...rooms.values()].reduce((sum, counts) => sum + (counts[status] ?? 0), 0);
  console.log(`${total("passed")} passed, ${total("failed")} failed`);
}

const folder = mkdtempSync(join(tmpdir(), "kustodia-test-"));
try {
  const contractsHold = await testContracts();
  const reportFile = join(folder, "report.json");
  const code = await testPrograms(reportFile);
  printCovered(reportFile);
  process.exitCode = contractsHold ? code : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
