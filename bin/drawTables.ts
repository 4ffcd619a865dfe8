/** Draws the three tables of a payment into ARCHITECTURE.md: `node --import tsx bin/drawTables.ts [--check]`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type LegKind, tables } from "../reactor/payments/leg.ts";
import { drawLegTable } from "./docs/drawLegTable.ts";
import { redraw } from "./docs/redraw.ts";

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;
const path = join(resolve(import.meta.dirname, ".."), "ARCHITECTURE.md");
const written = readFileSync(path, "utf8");
const kinds = Object.keys(tables) as LegKind[];
const drawn = kinds.reduce((document, kind) => redraw(document, kind, drawLegTable(kind)), written);

if (!check) {
  writeFileSync(path, drawn);
} else if (drawn !== written) {
  console.error("ARCHITECTURE.md shows other tables than the code has: run node --import tsx bin/drawTables.ts.");
  process.exitCode = 1;
}
