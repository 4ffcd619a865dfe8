import { resolve } from "node:path";
import { createDatabase } from "../bin/stack/createDatabase.ts";
import { startPostgres } from "../bin/stack/startPostgres.ts";
import { type Supervisor, supervise } from "../bin/stack/supervise.ts";
import { openTestFolder, type TestFolder } from "../test/harness/testFolder.ts";

export type Parts = Readonly<{
  checkout: string;
  folder: TestFolder;
  supervisor: Supervisor;
  /** An empty database on a Postgres of its own, with all that keeps what was committed. */
  databaseUrl: string;
}>;

const STOP_WITHIN_MS = 10_000;

/** Measures on a Postgres of its own, in a folder of its own; whatever it started is ended afterwards, and the folder removed. */
export async function withParts<T>(measure: (parts: Parts) => Promise<T>): Promise<T> {
  const checkout = resolve(import.meta.dirname, "..");
  const folder = openTestFolder();
  const supervisor = supervise(folder.path);
  try {
    const postgres = await startPostgres(supervisor, { checkout, dataDir: folder.pathOf("postgres") });
    return await measure({ checkout, folder, supervisor, databaseUrl: await createDatabase(postgres.url, "bench") });
  } finally {
    await supervisor.stopAll(STOP_WITHIN_MS);
    folder.remove();
  }
}
