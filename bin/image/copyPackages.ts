import { cpSync, existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

type Manifest = Readonly<{
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}>;

/** What no program reads while it runs. */
const NOT_RUN = /\.(d\.[cm]?ts|map|md|flow)$/;

/**
 * Copies packages out of `from`'s node_modules with all that they need, each to the same place below `to`: the very versions
 * that were installed and tested, and none of what only the tests and the local start use.
 * @returns how many packages were copied.
 * @throws Error when one that is needed is not installed.
 */
export function copyPackages(names: readonly string[], from: string, to: string): number {
  const copied = new Set<string>();
  const waiting = names.map((name) => ({ name, askedBy: from, isNeeded: true }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = folderOf(next.name, next.askedBy, from);
    if (folder === null) {
      if (next.isNeeded) throw new Error(`${next.name}, which ${next.askedBy} needs, is not installed.`);
      continue;
    }
    if (copied.has(folder)) continue;
    copied.add(folder);
    // What stands in its own node_modules is copied when somebody is found to need it.
    const filter = (path: string) =>
      !NOT_RUN.test(path) && !(basename(path) === "node_modules" && dirname(path) === folder);
    cpSync(folder, join(to, relative(from, folder)), { recursive: true, dereference: true, filter });
    for (const [name, isNeeded] of needsOf(folder)) waiting.push({ name, askedBy: folder, isNeeded });
  }
  return copied.size;
}

/** Where Node finds a package for a module in `askedBy`: in the nearest node_modules above it, up to `root`. */
function folderOf(name: string, askedBy: string, root: string): string | null {
  for (let folder = askedBy; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === root) return null;
  }
}

/** What a package needs, and whether it can do without: another platform's binaries are not installed here. */
function needsOf(folder: string): ReadonlyMap<string, boolean> {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const isOptional = (name: string) => manifest.peerDependenciesMeta?.[name]?.optional === true;
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => !isOptional(name));
  return new Map([
    ...peers.map((name) => [name, true] as const),
    ...Object.keys(manifest.dependencies ?? {}).map((name) => [name, true] as const),
    ...Object.keys(manifest.optionalDependencies ?? {}).map((name) => [name, false] as const),
  ]);
}
