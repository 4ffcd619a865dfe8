/**
 * Draws what documents show of the code: the three tables of a payment into ARCHITECTURE.md, the scopes into
 * SECURITY.md, and openapi.json.
 * `npm run docs [-- --check]`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { drawOpenApi } from "./docs/drawOpenApi.ts";
import { drawScopes } from "./docs/drawScopes.ts";
import { drawTables } from "./docs/drawTables.ts";

const DRAWN: Readonly<Record<string, (written: string) => string>> = {
  "ARCHITECTURE.md": drawTables,
  "SECURITY.md": drawScopes,
  "openapi.json": drawOpenApi,
};

const { check } = parseArgs({ options: { check: { type: "boolean", default: false } } }).values;
for (const [file, draw] of Object.entries(DRAWN)) {
  const path = join(resolve(import.meta.dirname, ".."), file);
  const written = readFileSync(path, "utf8");
  const drawn = draw(written);
  if (!check) {
    writeFileSync(path, drawn);
  } else if (drawn !== written) {
    console.error(`${file} shows other than the code has: run npm run docs.`);
    process.exitCode = 1;
  }
}
