import pg from "pg";

/** The advisory locks by which reactors see each other: class of the lock, number of the reactor. */
export const REACTOR_LOCK_CLASS = 7_082;

/** A reactor's proof of life: while this session holds its lock, nobody takes the reactor's leases before they run out. */
export type Identity = Readonly<{
  /** This reactor's number, its lease holder id. */
  holder: number;
  /** Asks the lock's session for a sign of life. @throws Error when the session is gone: then nothing may be sent. */
  assertAlive(): Promise<void>;
  close(): Promise<void>;
}>;

/** Takes a number and its lock, on a connection of its own that does nothing else. */
export async function takeIdentity(databaseUrl: string, onLost: (error: Error) => void): Promise<Identity> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    keepAlive: true,
    application_name: "kustodia-identity",
    query_timeout: 5_000,
  });
  client.on("error", onLost);
  await client.connect();
  // The server notices a killed holder within this time, even in mid-statement, and frees the lock (DESIGN 5).
  await client.query("set client_connection_check_interval = '500ms'");
  const { rows } = await client.query<{ holder: number }>("select nextval('kustodia.reactor_number')::int as holder");
  const holder = rows[0]?.holder;
  if (holder === undefined) throw new Error("Postgres gave no reactor number.");
  await client.query("select pg_advisory_lock($1, $2)", [REACTOR_LOCK_CLASS, holder]);
  return {
    holder,
    assertAlive: async () => {
      await client.query("select 1");
    },
    close: () => client.end(),
  };
}
