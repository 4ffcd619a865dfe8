import pg from "pg";

/** Asks on a connection of its own, and waits five seconds at most. @throws Error when Postgres does not answer in time. */
export async function connected<T>(databaseUrl: string, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: "kustodia-tripwire",
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  await client.connect();
  try {
    return await ask(client);
  } finally {
    await client.end();
  }
}
