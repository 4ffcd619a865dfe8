import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { z } from "zod";

const reportText = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

/** What vitest reports of each file of tests. */
export type Report = z.infer<typeof reportText>["testResults"];

/** @throws ZodError when vitest's report is not of the form that we know. */
export function readReport(file: string): Report {
  return reportText.parse(JSON.parse(readFileSync(file, "utf8"))).testResults;
}

/** The report with the newer results in place of the older ones of the same files. */
export function withSecond(first: Report, second: Report): Report {
  const again = new Map(second.map((file) => [file.name, file]));
  return first.map((file) => again.get(file.name) ?? file);
}

/** How many tests of each room passed, failed or were left out, so that a room without tests is seen. */
export function printCovered(checkout: string, results: Report): void {
  const rooms = new Map<string, Record<string, number>>();
  for (const file of results) {
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
