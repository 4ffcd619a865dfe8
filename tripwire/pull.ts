import { connected } from "./connected.ts";
import type { Finding } from "./finding.ts";

/** Pulls the kill switch for a finding; one that pulled it before does nothing. @throws Error when Postgres does not take it. */
export async function pull(databaseUrl: string, { key, why }: Finding): Promise<void> {
  await connected(databaseUrl, (client) =>
    client.query(
      `insert into kustodia.kill_switch (why, pulled_by, finding) values ($1, 'tripwire', $2) on conflict do nothing`,
      [why, key],
    ),
  );
}

/** @throws Error when this role could not pull: a tripwire that cannot is worse than none. */
export async function assertMayPull(databaseUrl: string): Promise<void> {
  const { rows } = await connected(databaseUrl, (client) =>
    client.query<{ may: boolean }>(`
      select bool_and(has_column_privilege('kustodia.kill_switch', name, 'insert'))
        and has_table_privilege('kustodia.agreed_split', 'select') as may
      from unnest(array['why', 'pulled_by', 'finding']) as name`),
  );
  if (rows[0]?.may !== true) {
    throw new Error(
      "El rol de la base no puede insertar en kustodia.kill_switch o leer kustodia.agreed_split. / The database role may not insert into kustodia.kill_switch or read kustodia.agreed_split.",
    );
  }
}
