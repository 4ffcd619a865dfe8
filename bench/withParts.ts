import { resolve } from "node:path";
import { createDatabase } from "../bin/stack/createDatabase.ts";
import { startPostgres } from "../bin/stack/startPostgres.ts";
import { type Supervisor, supervise } from "../bin/stack/supervise.ts";
import { openTestFolder, type TestFolder } from "../test/harness/testFolder.ts";

export type Parts = Readonly<{
  checkout: string;
  folder: TestFolder;
  supervisor: Supervisor;
  /** The maintenance database of a Postgres of its own, as the superuser; it keeps what was committed as ours does. */
  postgresUrl: string;
  /** An empty database on it. */
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
    const databaseUrl = await createDatabase(postgres.url, "bench");
    return await measure({ checkout, folder, supervisor, postgresUrl: postgres.url, databaseUrl });
  } finally {
    await supervisor.stopAll(STOP_WITHIN_MS);
    folder.remove();
  }
}
