import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const checkout = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(checkout, file), "utf8");
const namesIn = (text: string, pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name = ""]) => name));

/** What the programs read, by their source: a schema's members, and process.env. */
const readByPrograms = new Set([
  ...namesIn(read("reactor/config.ts"), /^ {4}([A-Z][A-Z0-9_]+):/gm),
  ...namesIn(read("tripwire/config.ts"), /^ {2}([A-Z][A-Z0-9_]+):/gm),
  ...namesIn(read("ponder.config.ts"), /\brequired(?:Address(?:es)?)?\("([A-Z0-9_]+)"/g),
  ...["ponder.config.ts", "bin/start.ts"].flatMap((file) => [...namesIn(read(file), /process\.env\.([A-Z0-9_]+)/g)]),
  ...namesIn(read("bin/start.ts"), /readPort\("([A-Z0-9_]+)"/g),
]);
/** Asked of the RPC by npm start, never configured there. */
readByPrograms.delete("CHAIN_ID");

const described = namesIn(
  read("README.md")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .join("\n"),
  /`([A-Z][A-Z0-9_]{3,})(?:=\w+)?`/g,
);

test("every variable that a program reads is in the README's tables", () => {
  expect(readByPrograms.size).toBeGreaterThan(30);
  expect([...readByPrograms].filter((name) => !described.has(name))).toEqual([]);
});

test("the README's tables have no variable that no program reads", () => {
  expect([...described].filter((name) => !readByPrograms.has(name))).toEqual([]);
});

test("the defaults of the README are those of the reactor", () => {
  const defaults = [...read("reactor/config.ts").matchAll(/^ {4}([A-Z][A-Z0-9_]+): .*\.default\(([\d_]{2,})n?\)/gm)];
  expect(defaults.length).toBeGreaterThan(8);
  const rows = read("README.md").split("\n");
  for (const [, name = "", value = ""] of defaults) {
    const row = rows.find((line) => line.startsWith("|") && line.includes(`\`${name}\``));
    expect(row, name).toMatch(new RegExp(`\\b${value.replaceAll("_", "")}\\b`));
  }
});
