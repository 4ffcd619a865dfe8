import type pg from "pg";

type Ask = (config: unknown, ...rest: unknown[]) => unknown;
type Corkable = Readonly<{ cork(): void; uncork(): void }>;

/** As drizzle begins its transactions. */
const BEGIN = "begin";

/**
 * Lets what is asked of a session at one moment leave in one packet, where each statement would be one: to send one wakes the
 * server, and costs more than to answer it. And nobody waits for the answer to a `begin`, which says nothing: what comes next follows
 * it at once. A session at rest refuses none; if it did it would be lost, so that nothing more is done in it.
 */
export function sendTogether(pool: pg.Pool): void {
  pool.on("connect", (client) => {
    const ask: Ask = client.query.bind(client);
    let isGathering = false;
    const gather = () => {
      if (isGathering) return;
      isGathering = true;
      // The session may have another stream by the next moment, as one that has just been encrypted.
      const stream = streamOf(client);
      stream.cork();
      process.nextTick(() => {
        isGathering = false;
        stream.uncork();
      });
    };
    const askTogether: Ask = (config, ...rest) => {
      gather();
      if (!isBegin(config)) return ask(config, ...rest);
      const begun = ask(config, ...rest) as Promise<unknown>;
      begun.catch((error: Error) => streamOf(client).destroy(error));
      return Promise.resolve({ rows: [], rowCount: null });
    };
    client.query = askTogether as typeof client.query;
  });
}

const isBegin = (config: unknown) =>
  typeof config === "object" && config !== null && "text" in config && config.text === BEGIN;

/** `pg` keeps its connection in a member that its types do not name. */
const streamOf = (client: pg.ClientBase) =>
  (client as unknown as { connection: { stream: Corkable & { destroy(error: Error): void } } }).connection.stream;
