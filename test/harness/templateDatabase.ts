import pg from "pg";
import { createDatabase } from "../../bin/stack/createDatabase.ts";
import { migrate } from "../../reactor/store/migrate.ts";

const TEMPLATE = "test_template";

/** Makes the database that `copyTables` copies: every migration, and no installation yet. */
export async function makeTemplate(serverUrl: string): Promise<void> {
  const url = await createDatabase(serverUrl, TEMPLATE);
  await migrate(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("delete from kustodia.installation").finally(() => client.end());
}

/** Copies the template into a new database of this name, beside others who do the same. @returns the copy's url. */
export const copyTables = (serverUrl: string, name: string): Promise<string> =>
  createDatabase(serverUrl, name, TEMPLATE);
