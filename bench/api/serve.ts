import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { Hono } from "hono";
import { DEFAULT_CONNECTIONS } from "../../reactor/config.ts";
import { createApp } from "../../reactor/http/createApp.ts";
import type { AppPorts } from "../../reactor/http/ports.ts";
import { serveApp } from "../../reactor/http/serve.ts";
import { shareConnections } from "../../reactor/openDatabases.ts";
import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import type { Reactor } from "../../reactor/reactor.ts";
import { freshness, processStates } from "../../reactor/standing.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { postgresStore } from "../../reactor/store/port.ts";
import type { Doing } from "./watchDoing.ts";

/** The API on its database as a reactor has it, without what moves money; and a route of bare Hono beside it. */
const { BENCH_DATABASE_URL = "", BENCH_PORT = "" } = process.env;
const CONNECTIONS = shareConnections(DEFAULT_CONNECTIONS).ofOthers;
const { db, pool } = openDatabase(BENCH_DATABASE_URL, CONNECTIONS, (error) => console.error(error));
/** No address is in force on a database on which no reactor was started. */
const NOWHERE = { lane: FIRST_LANE, account: FIRST_ACCOUNT, escrowContract: "", token: "", bridge: "", junoWallet: "" };
const reactor = {
  store: postgresStore(db, FIRST_LANE),
  facts: { chainId: 31_337, staleAfterMs: 60_000, ...NOWHERE },
} as Reactor;
const NO_LIMIT = 1_000_000;
const ports = {
  db,
  facts: reactor.facts,
  approveAfterMs: 0,
  rateLimits: { keyPerMinute: NO_LIMIT, addressPerMinute: NO_LIMIT },
  corsOrigins: [],
  monotonicMs: () => performance.now(),
  nowMs: Date.now,
  processes: () => processStates(reactor, db, true),
  freshness: () => freshness(reactor),
  onEvent: () => () => undefined,
  failed: (doing: string, error: unknown) => console.error(doing, error),
} as unknown as AppPorts;

const app = createApp(ports);
const LOOP_RESOLUTION_MS = 10;
const OURS = new Set(["/bare", "/doing"]);
/** As long as a payment's answer. */
const BARE = { text: "x".repeat(2_000) };
const api = app.fetch;

const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
loop.enable();
let garbageMs = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) garbageMs += duration;
}).observe({ entryTypes: ["gc"] });

const bare = new Hono().get("/bare", (c) => c.json(BARE));
/** What this process did since it was asked last (watchDoing.ts). */
bare.get("/doing", (c) => {
  const loopMs = Math.max(0, loop.max / 1e6 - LOOP_RESOLUTION_MS);
  const doing: Doing = { loopMs, garbageMs, waiting: pool.waitingCount };
  loop.reset();
  garbageMs = 0;
  return c.json(doing);
});
const served = await serveApp(
  {
    fetch: (request: Request, connection: object) =>
      OURS.has(new URL(request.url).pathname) ? bare.fetch(request) : api(request, connection),
  },
  { port: Number(BENCH_PORT), host: "127.0.0.1" },
);
console.log(served.url);
