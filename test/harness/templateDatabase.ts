import pg from "pg";
import { createDatabase } from "../../bin/stack/createDatabase.ts";
import { migrate } from "../../reactor/store/migrate.ts";

const TEMPLATE = "test_template";

/** Makes the database that `copyTables` copies: every migration, and no installation yet. */
export async function makeTemplate(serverUrl: string): Promise<void> {
  const url = await createDatabase(serverUrl, TEMPLATE);
  await migrate(url);
  await run(url, "delete from kustodia.installation");
}

/** Copies the template into a new database of this name, beside others who do the same. @returns the copy's url. */
export async function copyTables(serverUrl: string, name: string): Promise<string> {
  await run(serverUrl, `create database ${pg.escapeIdentifier(name)} template ${TEMPLATE}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
