import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const tests = resolve(import.meta.dirname, "..");
const table = readFileSync(`${tests}/journeys/README.md`, "utf8");
const rows = [...table.matchAll(/^\| (.+?) \| `(.+?)` \| (.+?) \|$/gm)].map(([, path = "", file = "", title = ""]) => ({
  ...{ path, file, title },
}));

test("each path of money has a journey whose test is called so", () => {
  expect(rows.length).toBeGreaterThan(10);
  const missing = rows.filter(
    ({ file, title }) => !existsSync(`${tests}/${file}`) || !readFileSync(`${tests}/${file}`, "utf8").includes(title),
  );
  expect(missing).toEqual([]);
});

test("every journey ends with its books rebuilt from bank and chain", () => {
  const files = readdirSync(`${tests}/journeys`).filter((name) => name.endsWith(".test.ts"));
  const others = files.filter(
    (name) => !readFileSync(`${tests}/journeys/${name}`, "utf8").match(/freshJourney\(|untilRebuilt\(/),
  );
  expect(others).toEqual([]);
});
