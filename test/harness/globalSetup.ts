import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../bin/stack/startPostgres.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { makeTemplate } from "./templateDatabase.ts";
import { openTestFolder, sweepTestFolders } from "./testFolder.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The maintenance database of the one real Postgres of this run, as its superuser. */
    postgresUrl: string;
    /** Where the run's files keep what they built (builtForRun). */
    programsFolder: string;
  }
}

/** One real Postgres for the whole run; each test file makes its own database in it (freshDatabase, freshTables). */
export default async function startPostgresForRun(project: TestProject): Promise<() => Promise<void>> {
  await sweepTestFolders();
  const folder = openTestFolder();
  const postgres = await startPostgres(supervise(folder.path), {
    checkout: resolve(import.meta.dirname, "../.."),
    dataDir: folder.pathOf("postgres"),
  });
  await makeTemplate(postgres.url);
  project.provide("postgresUrl", postgres.url);
  project.provide("programsFolder", folder.pathOf("programs"));
  return async () => {
    await postgres.stop();
    folder.remove();
  };
}
