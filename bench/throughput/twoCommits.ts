import pg from "pg";

/** Transitions of a payment, as ours has them: what a loop by hand would go through too. */
export const TRANSITIONS = 16;
const WORKERS = 16;

/**
 * The peer: a loop as one writes it by hand, with two commits for each transition, the intent before the call and the outcome
 * after it, on the same server. It has one row for a payment, one for each intent and one for each event, prepared statements
 * and sixteen connections; no evidence, no books, no leases.
 * @returns payments a second.
 */
export async function runTwoCommits(databaseUrl: string, payments: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: WORKERS });
  try {
    await pool.query(`create schema by_hand;
      create table by_hand.payment (id int primary key, state int not null default 0, version int not null default 0);
      create table by_hand.intent (payment_id int, step int, key uuid not null default gen_random_uuid(), outcome text,
        primary key (payment_id, step));
      create table by_hand.event (id int primary key generated always as identity, payment_id int not null, type text not null,
        at timestamptz not null default now());
      insert into by_hand.payment (id) select generate_series(1, ${payments})`);
    let next = 1;
    const begunMs = performance.now();
    const work = async () => {
      const client = await pool.connect();
      const run = (name: string, text: string, values: readonly unknown[]) =>
        client.query({ name, text, values: [...values] });
      for (let id = next++; id <= payments; id = next++) {
        for (let step = 0; step < TRANSITIONS; step++) {
          await client.query("begin");
          await run("lock", "select version from by_hand.payment where id = $1 and state = $2 for update", [id, step]);
          await run("intend", "insert into by_hand.intent (payment_id, step) values ($1, $2)", [id, step]);
          await client.query("commit");
          await client.query("begin");
          await run("answer", "update by_hand.intent set outcome = 'done' where payment_id = $1 and step = $2", [
            id,
            step,
          ]);
          await run(
            "move",
            "update by_hand.payment set state = state + 1, version = version + 1 where id = $1 and state = $2",
            [id, step],
          );
          await run("tell", "insert into by_hand.event (payment_id, type) values ($1, $2)", [id, `step ${step}`]);
          await client.query("commit");
        }
      }
      client.release();
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    return payments / ((performance.now() - begunMs) / 1_000);
  } finally {
    await pool.end();
  }
}
