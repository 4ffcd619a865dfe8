import { resolve } from "node:path";
import { installKey } from "../../bin/operate/installKey.ts";
import { createDatabase } from "../../bin/stack/createDatabase.ts";
import { freePort } from "../../bin/stack/freePort.ts";
import { startPostgres } from "../../bin/stack/startPostgres.ts";
import { startProgram } from "../../bin/stack/startProgram.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import { openTestFolder } from "../../test/harness/testFolder.ts";
import type { Measured, Settings } from "../main.ts";
import { type Answers, ask } from "./ask.ts";
import { storePayments } from "./storePayments.ts";

const PAYMENTS = 50_000;
const PER_SECOND = 200;
/** Not measured: connections are opened, and the programs compiled. */
const WARM_UP_S = 5;

/**
 * Asks the API for status and payments at 200 requests a second, with 50,000 payments stored, and beside it a bare Hono
 * that answers a constant of the same size: what the machine and HTTP cost alone. Both are processes of their own.
 */
export async function benchApi({ seconds, say }: Settings): Promise<Measured> {
  const checkout = resolve(import.meta.dirname, "../..");
  const folder = openTestFolder();
  const supervisor = supervise(folder.path);
  try {
    const postgres = await startPostgres(supervisor, { checkout, dataDir: folder.pathOf("postgres") });
    const databaseUrl = await createDatabase(postgres.url, "bench");
    await migrate(databaseUrl);
    say(`storing ${PAYMENTS} payments …`);
    await storePayments(databaseUrl, PAYMENTS);
    const { text: key } = await installKey(databaseUrl, { name: "bench", kind: "service", scopes: ["read"] });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = { BENCH_DATABASE_URL: databaseUrl, BENCH_PORT: String(port) };
    await startProgram(supervisor, {
      name: "api",
      checkout,
      file: "bench/api/serve.ts",
      env,
      readyUrl: `${url}/health`,
    });
    const measure = async (paths: (nth: number) => string) => {
      await ask({ url, key, paths, perSecond: PER_SECOND, seconds: WARM_UP_S });
      return ask({ url, key, paths, perSecond: PER_SECOND, seconds });
    };
    say(`${PER_SECOND} requests a second on status and payments, ${seconds} s …`);
    const api = await measure(pathOf);
    say(`${PER_SECOND} requests a second on bare Hono, ${seconds} s …`);
    const bare = await measure(() => "/bare");
    return {
      settings: { payments: PAYMENTS, requests_per_second: PER_SECOND, seconds, paths: PATHS.length },
      figures: { ...figuresOf("api", api), ...figuresOf("bare_hono", bare) },
      wrong: api.errors === 0 ? [] : [`${api.errors} of ${api.count} requests were not answered 200.`],
    };
  } finally {
    await supervisor.stopAll(STOP_WITHIN_MS);
    folder.remove();
  }
}

const STOP_WITHIN_MS = 10_000;

/** What a panel and a shop ask for, in turn: each payment is another one. */
const PATHS: readonly ((nth: number) => string)[] = [
  () => "/api/automation/status",
  (nth) => `/api/payments/${1 + ((nth * 7_919) % PAYMENTS)}`,
  () => "/api/automation/status",
  () => "/api/payments?limit=20",
  () => "/api/automation/status",
  (nth) => `/api/payments?limit=20&status=completed&before=${1 + ((nth * 7_919) % PAYMENTS)}`,
  () => "/api/automation/status",
  (nth) => `/api/payments?limit=20&q=${nth % 2 === 0 ? "compradora" : `pedido ${1 + ((nth * 7_919) % PAYMENTS)}`}`,
];
const pathOf = (nth: number) => PATHS[nth % PATHS.length]?.(nth) ?? "/health";

const figuresOf = (name: string, { count, errors, p50Ms, p99Ms, worstMs, perSecond }: Answers) => ({
  [`${name} requests`]: count,
  [`${name} errors`]: errors,
  [`${name} answered a second`]: Math.round(perSecond),
  [`${name} p50 ms`]: p50Ms.toFixed(1),
  [`${name} p99 ms`]: p99Ms.toFixed(1),
  [`${name} worst ms`]: worstMs.toFixed(1),
});
