import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";
import type { Database } from "./database.ts";

/** Who asks at one moment, and the connection on which they do. */
type Moment = { readonly client: Promise<pg.PoolClient>; asking: number; isOver: boolean };

/**
 * A database of a pool on which all that is asked at one moment, outside of transactions, goes by one connection, in its order and
 * each a transaction of its own. On a connection each they would wake as many of Postgres' processes, which on few cores costs more than what
 * they do. For whoever needs all of the answers: a slow one holds up those behind it.
 */
export function askOnOne(pool: pg.Pool): Database {
  let now: Moment | null = null;
  const join = (): Moment => {
    if (now !== null) return now;
    const moment: Moment = { client: pool.connect(), asking: 0, isOver: false };
    now = moment;
    process.nextTick(() => {
      now = null;
      moment.isOver = true;
    });
    return moment;
  };
  const query = async (...asked: unknown[]) => {
    const moment = join();
    moment.asking += 1;
    const client = await moment.client;
    try {
      return await (client.query as (...all: unknown[]) => Promise<unknown>)(...asked);
    } finally {
      moment.asking -= 1;
      if (moment.asking === 0 && moment.isOver) client.release();
    }
  };
  // Drizzle knows a pool, which gives a transaction a connection of its own, by its kind.
  const asPool = Object.create(pool, { query: { value: query }, connect: { value: () => pool.connect() } }) as pg.Pool;
  return drizzle({ client: asPool });
}
