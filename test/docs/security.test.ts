import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { drawScopes } from "../../bin/docs/drawScopes.ts";
import { SCOPES } from "../../reactor/store/schema/access.ts";

const checkout = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(checkout, "SECURITY.md"), "utf8");
const rowsOf = (heading: string) =>
  (page.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));

test("SECURITY.md shows which scope opens which route, as the API asks it", () => {
  expect(drawScopes(page)).toBe(page);
  const edited = page.replace("`POST /api/payments`", "`GET /health`");
  expect(edited).not.toBe(page);
  expect(drawScopes(edited)).toBe(page);
});

test("each scope is explained, and what its key costs when it leaks", () => {
  for (const scope of SCOPES) expect(page).toContain(`| \`${scope}\` | `);
  const leaks = rowsOf("What a leak costs, and how it is changed").join("\n");
  for (const scope of SCOPES.filter((one) => one !== "audit")) expect(leaks).toContain(`a key with \`${scope}\``);
});

test("each secret that the programs read has a row that says what it costs and how it is changed", () => {
  const leaks = rowsOf("What a leak costs, and how it is changed").join("\n");
  const secrets = ["reactor/config.ts", "tripwire/config.ts"].flatMap((file) =>
    [
      ...readFileSync(join(checkout, file), "utf8").matchAll(
        /^ {2,4}([A-Z_]*(?:PRIVATE_KEY|API_SECRET|DATABASE_URL))\b/gm,
      ),
    ].map(([, name = ""]) => name),
  );
  expect(secrets.length).toBeGreaterThan(4);
  for (const name of new Set(secrets)) {
    const written = name
      .replace("JUNO_STAGE_API_SECRET", "JUNO_STAGE_…")
      .replace("TRIPWIRE_JUNO_API_SECRET", "…_SECRET");
    expect(leaks).toContain(written);
  }
});
