import type pg from "pg";

type Ask = (config: unknown, ...rest: unknown[]) => unknown;
type Corkable = Readonly<{ cork(): void; uncork(): void }>;

/** As drizzle begins its transactions. */
const BEGIN = "begin";
/** Whoever only asks; all else may write. */
const ASKS = /^\s*select\b/i;

/**
 * Lets what is asked of a session at one moment leave in one packet, where each statement would be one: to send one wakes the
 * server, and costs more than to answer it. And nobody waits for the answer to a `begin`: what is only asked next follows it at once.
 * What writes is held back until the session has begun. One that refuses (somebody may have cancelled what it did before) would
 * else write it outside of any transaction, and keep it; it is lost, and what was held back is never sent.
 */
export function sendTogether(pool: pg.Pool): void {
  pool.on("connect", (client) => {
    const ask: Ask = client.query.bind(client);
    let isGathering = false;
    /** Of a session that begins: its answer. */
    let beginning: Promise<unknown> | null = null;
    /** Something is held back until then, and all that is asked after it. */
    let isHolding = false;
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
    const begin = (...all: Parameters<Ask>) => {
      const begun = ask(...all) as Promise<unknown>;
      beginning = begun;
      begun.then(
        () => {
          [beginning, isHolding] = [null, false];
        },
        (error: Error) => streamOf(client).destroy(error),
      );
      return Promise.resolve({ rows: [], rowCount: null });
    };
    const askTogether: Ask = (config, ...rest) => {
      gather();
      const text = textOf(config);
      if (text === BEGIN) return begin(config, ...rest);
      isHolding ||= beginning !== null && !ASKS.test(text);
      if (beginning === null || !isHolding) return ask(config, ...rest);
      return beginning.then(() => {
        gather();
        return ask(config, ...rest);
      });
    };
    client.query = askTogether as typeof client.query;
  });
}

const textOf = (config: unknown): string => {
  if (typeof config === "string") return config;
  return typeof config === "object" && config !== null && "text" in config ? String(config.text) : "";
};

/** `pg` keeps its connection in a member that its types do not name. */
const streamOf = (client: pg.ClientBase) =>
  (client as unknown as { connection: { stream: Corkable & { destroy(error: Error): void } } }).connection.stream;
