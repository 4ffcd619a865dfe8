import pg from "pg";
import { CEILINGS } from "../../../reactor/payments/controls.ts";
import { migrate } from "../../../reactor/store/migrate.ts";
import { PLENTY_CENTAVOS } from "../memoryStore/outside.ts";

/** Tables whose rows the books number by one counter; the others number theirs alone. */
const NUMBERED = ["attempt", "claim", "transfer", "entry", "chain_transaction", "event", "kill_switch", "ruling"];
const CLOCKS = ["now", "clock_timestamp", "transaction_timestamp"];

/**
 * Makes an empty database one of the simulated world: the real migrations, on which three things are other than in truth.
 * The clocks that our SQL names are found first in a schema of ours, which shows the simulated time; rows are numbered by
 * one sequence, as the books number theirs; and there are as much of Ponder's views as the store reads, as tables.
 */
export async function dressDatabase(url: string): Promise<void> {
  const name = pg.escapeIdentifier(new URL(url).pathname.slice(1));
  await run(
    url,
    `create schema simulated; create sequence simulated.number;
    ${CLOCKS.map(clock).join("\n")}
    alter database ${name} set search_path = simulated, pg_catalog, public`,
  );
  await migrate(url);
  const numbered = [...NUMBERED.map((table) => [table, "id"]), ["break", "number"]].map(
    ([table, column]) => `alter table kustodia.${table} alter ${column} drop identity;
      alter table kustodia.${table} alter ${column} set default nextval('simulated.number');`,
  );
  await run(
    url,
    `${numbered.join("\n")}
    insert into kustodia.control (name, version, value)
      select name, 1, '${PLENTY_CENTAVOS}' from unnest('{${CEILINGS.join()}}'::text[]) as name;
    create schema chain;
    create table chain.chain_event (chain_id int, contract text, kind text, tx_hash text, log_index int, block_number bigint,
      block_hash text, escrow_id numeric(78, 0), from_address text, to_address text, amount_base_units numeric(78, 0));
    create index on chain.chain_event (tx_hash);
    create index on chain.chain_event (escrow_id);
    create table chain._ponder_checkpoint (chain_id int primary key, latest_checkpoint text)`,
  );
}

/** Before the world has told its time, and while its database is made, it is the true one. */
const clock = (name: string) =>
  `create function simulated.${name}() returns timestamptz language sql stable as
    'select coalesce(nullif(pg_catalog.current_setting(''simulated.now'', true), '''')::timestamptz, pg_catalog.now())';`;

async function run(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}
