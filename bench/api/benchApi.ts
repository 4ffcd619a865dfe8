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
import { type Answers, ask, type Question } from "./ask.ts";
import { storePayments } from "./storePayments.ts";

const PAYMENTS = 50_000;
const PER_SECOND = 200;
/** Not measured: connections are opened, and the programs compiled. */
const WARM_UP_S = 5;
/** Status and bare Hono are measured by turns, so that what else the machine does meets both. */
const ROUNDS = 5;
const ROUND_S = 4;

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
    const askFor = (lasting: number, questions: (nth: number) => Question) =>
      ask({ url, key, questions, perSecond: PER_SECOND, seconds: lasting });
    await askFor(WARM_UP_S, questionOf);
    say(`${PER_SECOND} requests a second on status and payments, ${seconds} s …`);
    const api = await askFor(seconds, questionOf);
    say(`${PER_SECOND} requests a second on status and on bare Hono by turns, ${ROUNDS} rounds of ${ROUND_S} s each …`);
    const [statuses, bares]: [Answers[], Answers[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      statuses.push((await askFor(ROUND_S, () => STATUS)).all);
      bares.push((await askFor(ROUND_S, () => ({ name: "bare", path: "/bare" }))).all);
    }
    const [status, bare] = [medianOf(statuses), medianOf(bares)];
    const errors = [api.all, ...statuses].reduce((all, answers) => all + answers.errors, 0);
    return {
      settings: {
        payments: PAYMENTS,
        requests_per_second: PER_SECOND,
        seconds,
        questions: QUESTIONS.length,
        rounds: ROUNDS,
        seconds_a_round: ROUND_S,
      },
      figures: {
        ...figuresOf("api", api.all),
        ...Object.assign({}, ...[...api.named].map(([name, answers]) => timesOf(`api ${name}`, answers))),
        ...timesOf("status alone, median round:", status),
        ...timesOf("bare Hono, median round:", bare),
        "status p99 / bare p99": (status.p99Ms / bare.p99Ms).toFixed(2),
      },
      wrong: errors === 0 ? [] : [`${errors} requests were not answered 200.`],
    };
  } finally {
    await supervisor.stopAll(STOP_WITHIN_MS);
    folder.remove();
  }
}

/** The round whose p99 is in the middle. */
function medianOf(rounds: readonly Answers[]): Answers {
  const middle = rounds.toSorted((a, b) => a.p99Ms - b.p99Ms)[Math.floor(rounds.length / 2)];
  if (middle === undefined) throw new Error("No round was measured.");
  return middle;
}

const STOP_WITHIN_MS = 10_000;

const STATUS: Question = { name: "status", path: "/api/automation/status" };
const someId = (nth: number) => 1 + ((nth * 7_919) % PAYMENTS);

/** What a panel and a shop ask for, in turn: each payment is another one. */
const QUESTIONS: readonly ((nth: number) => Question)[] = [
  () => STATUS,
  (nth) => ({ name: "payment", path: `/api/payments/${someId(nth)}` }),
  () => STATUS,
  () => ({ name: "newest", path: "/api/payments?limit=20" }),
  () => STATUS,
  (nth) => ({ name: "list", path: `/api/payments?limit=20&status=completed&before=${someId(nth)}` }),
  () => STATUS,
  (nth) => ({
    name: "search",
    path: `/api/payments?limit=20&q=${(nth >> 3) % 2 === 0 ? "compradora" : `pedido+${someId(nth)}`}`,
  }),
];
const questionOf = (nth: number) => QUESTIONS[nth % QUESTIONS.length]?.(nth) ?? STATUS;

const timesOf = (name: string, { p50Ms, p99Ms, worstMs }: Answers) => ({
  [`${name} p50 ms`]: p50Ms.toFixed(1),
  [`${name} p99 ms`]: p99Ms.toFixed(1),
  [`${name} worst ms`]: worstMs.toFixed(1),
});

const figuresOf = (name: string, answers: Answers) => ({
  [`${name} requests`]: answers.count,
  [`${name} errors`]: answers.errors,
  [`${name} answered a second`]: Math.round(answers.perSecond),
  ...timesOf(name, answers),
});
