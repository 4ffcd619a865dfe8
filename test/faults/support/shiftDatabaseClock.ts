import pg from "pg";

const PASSWORD = "test-shifted-clock";

/**
 * Gives a database a second role, to which the database's clock is off by as much as it is set. Postgres looks its functions up
 * in the role's search path, where ours stand before its own; nothing of the machine is changed.
 * @returns the role's URL, which the programs under test are given, and what sets the clock off (ms).
 */
export async function shiftDatabaseClock(database: { url: string; pool: pg.Pool }) {
  const url = new URL(database.url);
  const name = url.pathname.slice(1);
  const role = `${name}_shifted`;
  await database.pool.query(`
    create schema clock;
    create table clock.shift (by interval not null);
    insert into clock.shift values ('0');
    create function clock.now() returns timestamptz language sql stable
      as 'select pg_catalog.now() + (select by from clock.shift)';
    create function clock.transaction_timestamp() returns timestamptz language sql stable
      as 'select pg_catalog.now() + (select by from clock.shift)';
    create function clock.clock_timestamp() returns timestamptz language sql volatile
      as 'select pg_catalog.clock_timestamp() + (select by from clock.shift)';
    create role ${pg.escapeIdentifier(role)} superuser login password '${PASSWORD}';
    alter role ${pg.escapeIdentifier(role)} in database ${pg.escapeIdentifier(name)} set search_path = clock, pg_catalog`);
  url.username = role;
  url.password = PASSWORD;
  return {
    url: url.href,
    shiftTo: (ms: number) => database.pool.query("update clock.shift set by = make_interval(secs => $1)", [ms / 1_000]),
    /** Roles are the whole server's: this one goes when the database is gone. */
    remove: async (postgresUrl: string) => {
      const client = new pg.Client({ connectionString: postgresUrl });
      await client.connect();
      await client.query(`drop role ${pg.escapeIdentifier(role)}`).finally(() => client.end());
    },
  };
}
