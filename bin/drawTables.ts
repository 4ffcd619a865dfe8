/** Draws the three tables of a payment into ARCHITECTURE.md: `node --import tsx bin/drawTables.ts [--check]`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { drawTables } from "./docs/drawTables.ts";

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;
const path = join(resolve(import.meta.dirname, ".."), "ARCHITECTURE.md");
const written = readFileSync(path, "utf8");
const drawn = drawTables(written);

if (!check) {
  writeFileSync(path, drawn);
} else if (drawn !== written) {
  console.error("ARCHITECTURE.md shows other tables than the code has: run node --import tsx bin/drawTables.ts.");
  process.exitCode = 1;
}
