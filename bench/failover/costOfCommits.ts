import pg from "pg";
import { percentile } from "../../bin/certify/figures.ts";
import type { Pair } from "./startPair.ts";

/** Each way is measured this often, by turns, so that what else the machine does meets both. */
const ROUNDS = 4;

export type Commits = Readonly<{ p50Micros: number; p99Micros: number }>;

/**
 * What waiting for the replica costs: one session that commits a small row again and again, by turns without and with
 * synchronous replication. It is left asynchronous.
 */
export async function costOfCommits(
  pair: Pair,
  commits: number,
): Promise<Readonly<{ asynchronous: Commits; synchronous: Commits }>> {
  const client = new pg.Client({ connectionString: pair.primary.url });
  await client.connect();
  const took = { asynchronous: [] as number[], synchronous: [] as number[] };
  try {
    await client.query("create table if not exists committed (n integer not null)");
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of ["asynchronous", "synchronous"] as const) {
        await pair.setSynchronous(way === "synchronous");
        for (let n = 0; n < commits / ROUNDS; n++) {
          const startedMs = performance.now();
          await client.query("insert into committed values ($1)", [n]);
          took[way].push((performance.now() - startedMs) * 1_000);
        }
      }
    }
    await client.query("drop table committed");
  } finally {
    await client.end();
  }
  await pair.setSynchronous(false);
  return { asynchronous: told(took.asynchronous), synchronous: told(took.synchronous) };
}

const told = (micros: readonly number[]): Commits => ({
  p50Micros: percentile(micros, 50) ?? 0,
  p99Micros: percentile(micros, 99) ?? 0,
});
