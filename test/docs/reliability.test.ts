import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { everyAction, everyCell, voidReason } from "../../bin/certify/cells.ts";
import { redraw } from "../../bin/docs/redraw.ts";

const page = readFileSync(join(resolve(import.meta.dirname, "../.."), "RELIABILITY.md"), "utf8");

test("RELIABILITY.md has its one place for the certificate, and nothing else of it changes when one is drawn", () => {
  const drawn = redraw(page, "certificate", "new figures");
  const outside = (document: string) => [document.split("<!-- drawn")[0], document.split("<!-- /drawn")[1]];
  expect(drawn).toContain("new figures");
  expect(outside(drawn)).toEqual(outside(page));
});

test("the certificate it shows is of every action and cell that there is now: a new action asks for a new one", () => {
  const live = everyCell().filter((cell) => voidReason(cell) === undefined).length;
  expect(page).toContain(`| cells | ${everyCell().length}: ${live} live, `);
  const shown = [...page.matchAll(/^\| `(\w+)` \| (?:bank|chain|allowance) \|/gm)].map(([, action]) => action);
  expect(shown.sort()).toEqual([...everyAction()].sort());
});

test("it says what became of every cell: all passed, and nothing doubled, lost or unexplained", () => {
  const live = everyCell().filter((cell) => voidReason(cell) === undefined).length;
  expect(page).toContain(`| passed | **${live} of ${live}** |`);
  expect(page).toContain("| duplicates, lost, unexplained | 0, 0, 0 |");
});
