import { sql } from "drizzle-orm";
import pg from "pg";
import type { Queryable } from "./database.ts";

/** The advisory locks by which reactors see each other: class of the lock, number of the reactor. */
export const REACTOR_LOCK_CLASS = 7_082;

/**
 * Held beside it, under the same number, by a reactor that tells lanes and bank accounts apart. One from before there were several
 * takes every leg for its own lane's, so that none may run when a second lane is opened.
 */
const TELLS_LANES_LOCK_CLASS = 7_080;

/** How long until a lost session is opened again, ms. */
const REOPEN_AFTER_MS = 1_000;

/** A reactor's proof of life: while its session holds its lock, nobody takes the reactor's leases before they run out. */
export type Identity = Readonly<{
  /** This reactor's number, its lease holder id. @throws Error while its session is lost: then nothing may be claimed. */
  holder(): number;
  /**
   * Asks the session of this very number for a sign of life.
   * @throws Error when there is none, or when the session is another one by now: what was claimed under the lost number is
   *   anybody's, so nothing of it may be sent.
   */
  assertAlive(holder: number): Promise<void>;
  close(): Promise<void>;
}>;

type Session = Readonly<{ client: pg.Client; holder: number }>;

/**
 * Takes a number and its lock, on a connection of its own that does nothing else. A session that breaks (a Postgres
 * restart) is opened again under a new number: the old number's legs are then anybody's, at once.
 * @param onLost told each time the session breaks, or cannot be opened again yet.
 */
export async function takeIdentity(databaseUrl: string, onLost: (error: Error) => void): Promise<Identity> {
  let session: Session | null = await open();
  let closed = false;
  watch(session);

  function watch(watched: Session): void {
    const lose = () => {
      session = null;
    };
    watched.client.on("error", lose);
    // One loss may be told by two errors; the end comes once.
    watched.client.once("end", () => {
      lose();
      if (!closed) setTimeout(reopen, REOPEN_AFTER_MS);
    });
  }

  function reopen(): void {
    open().then(
      (opened) => {
        if (closed) return void opened.client.end();
        session = opened;
        watch(opened);
      },
      (error: Error) => {
        onLost(error);
        if (!closed) setTimeout(reopen, REOPEN_AFTER_MS);
      },
    );
  }

  /** The sign of life being asked for: orders that leave together share it, for the session answers one at a time. */
  let sign: Promise<void> | null = null;
  const ask = async () => {
    await held().client.query("select 1");
  };

  const held = () => {
    if (session === null) throw new Error("The reactor's session with Postgres is lost; nothing is claimed or sent.");
    return session;
  };

  async function open(): Promise<Session> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      keepAlive: true,
      application_name: "kustodia-identity",
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    client.on("error", onLost);
    await client.connect();
    try {
      return { client, holder: await takeNumber(client) };
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  return {
    holder: () => held().holder,
    assertAlive: async (holder) => {
      const alive = held().holder;
      if (alive !== holder)
        throw new Error(`The reactor is ${alive} by now; what it claimed as ${holder} is not sent.`);
      sign ??= ask().finally(() => {
        sign = null;
      });
      await sign;
    },
    close: async () => {
      closed = true;
      await session?.client.end();
    },
  };
}

async function takeNumber(client: pg.Client): Promise<number> {
  // The server notices a killed holder within this time, even in mid-statement, and frees the lock (DESIGN 5).
  await client.query("set client_connection_check_interval = '500ms'");
  const { rows } = await client.query<{ holder: number }>("select nextval('kustodia.reactor_number')::int as holder");
  const holder = rows[0]?.holder;
  if (holder === undefined) throw new Error("Postgres gave no reactor number.");
  for (const lock of [TELLS_LANES_LOCK_CLASS, REACTOR_LOCK_CLASS])
    await client.query("select pg_advisory_lock($1, $2)", [lock, holder]);
  return holder;
}

/** The numbers of the living reactors that do not tell lanes apart. */
export async function olderReactors(db: Queryable): Promise<readonly number[]> {
  const { rows } = await db.execute<{ holder: number }>(sql`
    with held as (
      select classid::int as class, objid::int as holder from pg_locks
      where locktype = 'advisory' and objsubid = 2 and granted
        and database = (select oid from pg_database where datname = current_database()))
    select holder from held where class = ${REACTOR_LOCK_CLASS}
      and holder not in (select holder from held where class = ${TELLS_LANES_LOCK_CLASS}) order by holder`);
  return rows.map(({ holder }) => holder);
}
