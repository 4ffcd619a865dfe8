import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanUpLeftovers } from "../../bin/stack/cleanUpLeftovers.ts";
import { readPidFile } from "../../bin/stack/pidFile.ts";
import { isRunning } from "../../bin/stack/processStart.ts";

const PREFIX = "kustodia-test-";

export interface TestFolder {
  path: string;
  pathOf(name: string): string;
  remove(): void;
}

/** A new folder outside the checkout, open to uid 65534: as root, Postgres' data must be reachable by it. */
export function openTestFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(path, 0o755);
  return {
    path,
    pathOf: (name) => join(path, name),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Ends and removes what killed test runs left behind. Folders of runs that are still alive are left alone. */
export async function sweepTestFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const path = join(tmpdir(), name);
    const pids = readPidFile(path);
    if (pids === undefined || isRunning(pids.supervisor)) continue;
    await cleanUpLeftovers(path);
    rmSync(path, { recursive: true, force: true });
  }
}
