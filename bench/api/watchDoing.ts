import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** One look at the API's process and at its database. Moments by this process's monotonic clock, ms. */
type Look = Readonly<{
  fromMs: number;
  toMs: number;
  /** The longest that the API's event loop stood still since the look before, and how long it collected garbage, ms. */
  loopMs: number;
  garbageMs: number;
  /** The longest that whoever asks stood still itself, ms. */
  askerMs: number;
  /** Questions that wait for a connection to the database. */
  waiting: number;
  /** What each busy session of Postgres does, or waits for. */
  sessions: readonly string[];
}>;

/** What the API's process says of itself (serve.ts). */
export type Doing = Readonly<{ loopMs: number; garbageMs: number; waiting: number }>;

export type Watch = Readonly<{
  /** What was being done in a span, in one line. */
  during(fromMs: number, toMs: number): string;
  stop(): Promise<void>;
}>;

const LOOK_EVERY_MS = 200;
const OWN_RESOLUTION_MS = 10;
/** Postgres' own processes count while they work. */
const BUSY = `
  select backend_type as who, coalesce(wait_event_type || ':' || wait_event, 'running') as what, left(regexp_replace(query, '\\s+', ' ', 'g'), 60) as query
  from pg_stat_activity where pid <> pg_backend_pid()
    and (state <> 'idle' or (backend_type <> 'client backend' and wait_event_type is distinct from 'Activity'))`;

/** Looks each 200 ms at what the API and its database do, so that a slow answer is explained by what was seen. */
export async function watchDoing(url: string, databaseUrl: string): Promise<Watch> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const looks: Look[] = [];
  const own = monitorEventLoopDelay({ resolution: OWN_RESOLUTION_MS });
  own.enable();
  let stopped = false;
  const look = async (): Promise<void> => {
    const fromMs = performance.now();
    const [doing, { rows }] = await Promise.all([
      fetch(`${url}/doing`).then((answer) => answer.json() as Promise<Doing>),
      client.query<{ who: string; what: string; query: string }>(BUSY),
    ]);
    const sessions = rows.map(({ who, what, query }) => `${who === "client backend" ? query : who} (${what})`);
    const askerMs = Math.max(0, own.max / 1e6 - OWN_RESOLUTION_MS);
    own.reset();
    looks.push({ ...doing, askerMs, fromMs, toMs: performance.now(), sessions });
  };
  const watching = (async () => {
    while (!stopped) {
      await look();
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return {
    during(fromMs, toMs) {
      const seen = looks.filter((one) => one.toMs >= fromMs && one.fromMs <= toMs + LOOK_EVERY_MS);
      const most = (name: "loopMs" | "garbageMs" | "askerMs" | "waiting") =>
        Math.round(Math.max(0, ...seen.map((one) => one[name])));
      const said = `loop stood ${most("loopMs")} ms, garbage ${most("garbageMs")} ms, asker stood ${most("askerMs")} ms, ${most("waiting")} waited for a connection`;
      return [said, ...mostSeen(seen.flatMap(({ sessions }) => sessions))].join("; ");
    },
    async stop() {
      stopped = true;
      await watching;
      await client.end();
    },
  };
}

const NAMED = 3;

/** What was seen most often, with how often. */
function mostSeen(sessions: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  for (const one of sessions) times.set(one, (times.get(one) ?? 0) + 1);
  return [...times]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, NAMED)
    .map(([one, count]) => `${count} × ${one}`);
}
