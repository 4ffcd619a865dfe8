import { createHash } from "node:crypto";
import type pg from "pg";

/** Before that a text may be a list of a length that never comes again. */
const SEEN_BEFORE = 3;
/** Of a session: each costs it memory. The texts that there are most of come first. */
const MOST_PREPARED = 300;
const LONGEST_TEXT = 8_000;

type Ask = (config: unknown, ...rest: unknown[]) => unknown;

/**
 * Lets each session of a pool parse and plan a repeated statement once: it gets a name of its text. What it reads may change
 * meanwhile, as Ponder's views do: Postgres then plans it anew. Not for a pooler, where the next statement is another session's.
 */
export function prepareRepeated(pool: pg.Pool): void {
  const seen = new Map<string, number>();
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || text.length > LONGEST_TEXT || names.size >= MOST_PREPARED) return known;
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    if (times <= SEEN_BEFORE) return undefined;
    const name = createHash("sha256").update(text).digest("hex").slice(0, 32);
    names.set(text, name);
    if (names.size === MOST_PREPARED) seen.clear();
    return name;
  };
  pool.on("connect", (client) => {
    const ask: Ask = client.query.bind(client);
    const askByName: Ask = (config, ...rest) => {
      // Without parameters it goes in one message, and costs less than by name.
      if (!hasText(config) || !Array.isArray(rest[0]) || rest[0].length === 0) return ask(config, ...rest);
      const name = nameOf(config.text);
      return ask(name === undefined ? config : { ...config, name }, ...rest);
    };
    client.query = askByName as typeof client.query;
  });
}

const hasText = (config: unknown): config is { text: string } =>
  typeof config === "object" && config !== null && "text" in config && typeof config.text === "string";
