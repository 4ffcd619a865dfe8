import pg from "pg";

const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Makes the tripwire's role in the database of `databaseUrl`: it may insert into the kill switch, read which amounts were
 * agreed to be paid out in which parts, and neither read nor write anything else. A role belongs to the whole server, so its name has the database's in it.
 * @returns its url; null when the user of `databaseUrl` may not make roles.
 */
export async function provideTripwireRole(databaseUrl: string, password: string): Promise<string | null> {
  const url = new URL(databaseUrl);
  const name = `${decodeURIComponent(url.pathname.slice(1))}_tripwire`;
  const role = pg.escapeIdentifier(name);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_roles where rolname = $1", [name]);
    const verb = rowCount === 0 ? "create" : "alter";
    await client.query(`${verb} role ${role} login password ${pg.escapeLiteral(password)}`);
    await client.query(`grant usage on schema kustodia to ${role}`);
    await client.query(`grant insert (why, pulled_by, finding) on kustodia.kill_switch to ${role}`);
    await client.query(`grant select on kustodia.agreed_split to ${role}`);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === INSUFFICIENT_PRIVILEGE) return null;
    throw error;
  } finally {
    await client.end();
  }
  url.username = encodeURIComponent(name);
  url.password = encodeURIComponent(password);
  return url.href;
}
