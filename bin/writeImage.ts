import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { copyPackages } from "./image/copyPackages.ts";
import { buildProgram } from "./stack/buildProgram.ts";

/**
 * `npm run image -- <folder>`: writes what the Dockerfile's image holds and nothing else. Our programs as one file each, and
 * for the indexer its sources and the packages that they import, since Ponder compiles them itself when it starts.
 */
const PROGRAMS = ["reactor/main.ts", "tripwire/main.ts", "bin/cli.ts", "bin/image/prepare.ts", "bin/image/indexer.ts"];
const INDEXER = ["ponder.config.ts", "ponder.schema.ts", "tsconfig.json", "src", "abis"];
/** What INDEXER's files import. */
const PACKAGES = ["ponder", "viem", "hono"];

const checkout = resolve(import.meta.dirname, "..");
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("npm run image -- <folder>");
const image = resolve(folder);
mkdirSync(join(image, "indexer"), { recursive: true });
for (const file of PROGRAMS) await buildProgram(checkout, file, join(image, "programs"));
for (const file of INDEXER) cpSync(join(checkout, file), join(image, "indexer", file), { recursive: true });
// Without it Node takes Ponder's compiled files, and ours, for CommonJS.
writeFileSync(join(image, "package.json"), `${JSON.stringify({ private: true, type: "module" })}\n`);
console.log(`${PROGRAMS.length} programas, ${copyPackages(PACKAGES, checkout, image)} paquetes: ${image}`);
