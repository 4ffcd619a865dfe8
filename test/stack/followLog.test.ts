import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { followLog } from "../../bin/stack/followLog.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const folder = openTestFolder();
afterAll(() => folder.remove());

test("shows each whole line once, and goes on with the log of the program that was started again", async () => {
  const log = folder.pathOf("reactor.log");
  writeFileSync(log, "");
  const shown: string[] = [];
  const stop = followLog(log, (line) => shown.push(line));
  appendFileSync(log, "uno\ndos\ntr");
  await expect.poll(() => shown).toEqual(["uno", "dos"]);
  appendFileSync(log, "es\nsin fin");

  // As supervise.ts does at each start.
  renameSync(log, folder.pathOf("reactor.previous.log"));
  writeFileSync(log, "de nuevo\n");
  await expect.poll(() => shown).toEqual(["uno", "dos", "tres", "de nuevo"]);
  appendFileSync(log, "y más\n");
  stop();
  expect(shown.at(-1)).toBe("y más");
});
