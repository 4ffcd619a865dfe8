import { installKey } from "../../bin/operate/installKey.ts";
import { freePort } from "../../bin/stack/freePort.ts";
import { startProgram } from "../../bin/stack/startProgram.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import type { Measured, Settings } from "../measured.ts";
import { withParts } from "../withParts.ts";
import { type Answers, ask, type Question } from "./ask.ts";
import { storePayments, storeStatus } from "./storePayments.ts";
import { watchDoing } from "./watchDoing.ts";

const PER_SECOND = 200;
/** What status may take longer than a bare Hono. */
const MOST_OVER_BARE = 3;
/**
 * Status and bare Hono are measured by turns, so that what else the machine does meets both. The first size is a system of
 * today, the second one of years; the payments that are more have a shorter history each, which no answer reads.
 */
const WHOLE = {
  sizes: [
    { payments: 50_000, eventsEach: 20 },
    { payments: 1_000_000, eventsEach: 4 },
  ],
  warmUpS: 5,
  rounds: 5,
  roundS: 4,
};
const TINY = {
  sizes: [
    { payments: 100, eventsEach: 2 },
    { payments: 200, eventsEach: 1 },
  ],
  warmUpS: 0.1,
  rounds: 1,
  roundS: 0.5,
  seconds: 0.5,
};

type Asked = Readonly<{ seconds: number; warmUpS: number; rounds: number; roundS: number }>;
type Served = Readonly<{ url: string; key: string; databaseUrl: string; payments: number }>;

/**
 * Asks the API for status and payments at 200 requests a second, with 50,000 payments stored and with a million, and beside
 * it a bare Hono that answers a constant of the same size: what the machine and HTTP cost alone. Both are in a process of
 * their own.
 */
export function benchApi(asked: Settings): Promise<Measured> {
  const { say } = asked;
  const { sizes, ...how } = asked.tiny ? TINY : { ...WHOLE, seconds: asked.seconds / 2 };
  return withParts(async ({ checkout, supervisor, databaseUrl }) => {
    await migrate(databaseUrl);
    await storeStatus(databaseUrl);
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
    const loads: Load[] = [];
    let stored = 0;
    for (const { payments, eventsEach } of sizes) {
      say(`storing ${payments} payments …`);
      const beganAt = performance.now();
      await storePayments(databaseUrl, { from: stored + 1, to: payments, eventsEach });
      stored = payments;
      const storedInS = (performance.now() - beganAt) / 1_000;
      say(`${PER_SECOND} requests a second, with ${payments} payments stored in ${storedInS.toFixed(0)} s …`);
      loads.push(await load({ url, key, databaseUrl, payments }, how));
    }
    return measured(loads, how);
  });
}

type Load = Readonly<{
  payments: number;
  api: Answers;
  named: ReadonlyMap<string, Answers>;
  slowest: readonly string[];
  status: Answers;
  bare: Answers;
  errors: number;
}>;

/** What is asked of one size of the database. */
async function load(
  { url, key, databaseUrl, payments }: Served,
  { seconds, warmUpS, rounds, roundS }: Asked,
): Promise<Load> {
  const askFor = (lasting: number, questions: (nth: number) => Question) =>
    ask({ url, key, questions, perSecond: PER_SECOND, seconds: lasting });
  await askFor(warmUpS, questionsOf(payments));
  const watch = await watchDoing(url, databaseUrl);
  const { all: api, named, slowest } = await askFor(seconds, questionsOf(payments));
  const told = slowest.map(
    ({ name, tookMs, sinceMs, atS }) =>
      `${name}, ${tookMs.toFixed(0)} ms at ${atS.toFixed(1)} s: ${watch.during(sinceMs, sinceMs + tookMs)}`,
  );
  await watch.stop();
  const [statuses, bares]: [Answers[], Answers[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    statuses.push((await askFor(roundS, () => STATUS)).all);
    bares.push((await askFor(roundS, () => ({ name: "bare", path: "/bare" }))).all);
  }
  const errors = [api, ...statuses].reduce((sum, answers) => sum + answers.errors, 0);
  return { payments, api, named, slowest: told, status: medianOf(statuses), bare: medianOf(bares), errors };
}

/** The figures are of the largest size. */
function measured(loads: readonly Load[], { seconds, rounds, roundS }: Asked): Measured {
  const largest = loads.at(-1);
  if (largest === undefined) throw new Error("No size was measured.");
  const { status, bare } = largest;
  const errors = loads.reduce((sum, one) => sum + one.errors, 0);
  return {
    settings: {
      payments: loads.map(({ payments }) => payments).join(" and "),
      requests_per_second: PER_SECOND,
      seconds,
      questions: QUESTIONS.length,
      rounds,
      seconds_a_round: roundS,
    },
    figures: {
      ...{ p50Ms: status.p50Ms, p99Ms: status.p99Ms, honoP50Ms: bare.p50Ms, honoP99Ms: bare.p99Ms },
      requestsPerSecond: largest.api.perSecond,
    },
    details: Object.assign({}, ...loads.map(detailsOf)),
    shown: Object.fromEntries(
      loads.map(({ payments, slowest }) => [
        `The slowest answers with ${payments} payments, and what was being done meanwhile`,
        slowest.join("\n"),
      ]),
    ),
    wrong: errors === 0 ? [] : [`${errors} requests were not answered 200.`],
    missed: loads.flatMap(({ payments, status, bare }) =>
      status.p99Ms <= MOST_OVER_BARE * bare.p99Ms
        ? []
        : [`With ${payments} payments status has a p99 over ${MOST_OVER_BARE}× of bare Hono's.`],
    ),
  };
}

function detailsOf({ payments, api, named, status, bare }: Load): Measured["details"] {
  return {
    ...figuresOf(`${payments}: all`, api),
    ...Object.assign({}, ...[...named].map(([name, answers]) => timesOf(`${payments}: ${name}`, answers))),
    ...timesOf(`${payments}: status alone, median round,`, status),
    ...timesOf(`${payments}: bare Hono, median round,`, bare),
    [`${payments}: status p99 / bare p99`]: (status.p99Ms / bare.p99Ms).toFixed(2),
  };
}

/** The round whose p99 is in the middle. */
function medianOf(measured: readonly Answers[]): Answers {
  const middle = measured.toSorted((a, b) => a.p99Ms - b.p99Ms)[Math.floor(measured.length / 2)];
  if (middle === undefined) throw new Error("No round was measured.");
  return middle;
}

const STATUS: Question = { name: "status", path: "/api/automation/status" };
const someId = (nth: number, payments: number) => 1 + ((nth * 7_919) % payments);

/** What a panel and a shop ask for, in turn: each payment is another one. */
const QUESTIONS: readonly ((nth: number, payments: number) => Question)[] = [
  () => STATUS,
  (nth, payments) => ({ name: "payment", path: `/api/payments/${someId(nth, payments)}` }),
  () => STATUS,
  () => ({ name: "newest", path: "/api/payments?limit=20" }),
  () => STATUS,
  (nth, payments) => ({
    name: "list",
    path: `/api/payments?limit=20&status=completed&before=${someId(nth, payments)}`,
  }),
  () => STATUS,
  (nth, payments) => ({
    name: "search",
    path: `/api/payments?limit=20&q=${(nth >> 3) % 2 === 0 ? "compradora" : `pedido+${someId(nth, payments)}`}`,
  }),
];
const questionsOf = (payments: number) => (nth: number) => QUESTIONS[nth % QUESTIONS.length]?.(nth, payments) ?? STATUS;

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
