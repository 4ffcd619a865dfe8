import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type Answers = Readonly<{
  count: number;
  /** Answers other than 200, and requests without one. */
  errors: number;
  p50Ms: number;
  p99Ms: number;
  worstMs: number;
  perSecond: number;
}>;

/** A question, and under which name its time is kept. */
export type Question = Readonly<{ name: string; path: string }>;

type Load = Readonly<{
  url: string;
  key: string;
  questions: (nth: number) => Question;
  perSecond: number;
  seconds: number;
}>;

const CONNECTIONS = 64;
const ANSWER_WITHIN_MS = 20_000;

/**
 * Asks at a steady pace, whether the answers keep up or not. A request's time counts from the moment at which it was due, so
 * that one which had to wait for a slow one before it is not called quick.
 * @returns the answers in all, and those of each name.
 */
export async function ask({ url, key, questions, perSecond, seconds }: Load): Promise<{
  all: Answers;
  named: ReadonlyMap<string, Answers>;
  slowest: readonly Slow[];
}> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const total = perSecond * seconds;
  const beganAt = performance.now();
  const asked: Promise<Timed>[] = [];
  for (let nth = 0; nth < total; nth++) {
    const dueAt = beganAt + (nth * 1_000) / perSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    // A timer may be early by a fraction; nothing is answered before it was asked.
    const sinceMs = Math.min(dueAt, performance.now());
    const { name, path } = questions(nth);
    asked.push(
      get(agent, url + path, key).then((status) => ({ name, status, sinceMs, tookMs: performance.now() - sinceMs })),
    );
  }
  const timed = await Promise.all(asked);
  const tookS = (performance.now() - beganAt) / 1_000;
  agent.destroy();
  const names = [...new Set(timed.map(({ name }) => name))];
  return {
    all: answersOf(timed, tookS),
    slowest: slowestOf(timed, beganAt),
    named: new Map(
      names.map((name) => [
        name,
        answersOf(
          timed.filter((one) => one.name === name),
          tookS,
        ),
      ]),
    ),
  };
}

type Timed = Readonly<{ name: string; status: number; sinceMs: number; tookMs: number }>;

/** A slow answer, and how far into the run it was asked, s. */
export type Slow = Timed & Readonly<{ atS: number }>;

const SLOWEST = 5;

/** The slowest answers, one of each second of the run: those that are slow together wait for the same thing. */
function slowestOf(timed: readonly Timed[], beganAt: number): readonly Slow[] {
  const seconds = new Map<number, Slow>();
  for (const one of timed) {
    const atS = (one.sinceMs - beganAt) / 1_000;
    const known = seconds.get(Math.floor(atS));
    if (known === undefined || known.tookMs < one.tookMs) seconds.set(Math.floor(atS), { ...one, atS });
  }
  return [...seconds.values()].toSorted((a, b) => b.tookMs - a.tookMs).slice(0, SLOWEST);
}

function answersOf(timed: readonly Timed[], tookS: number): Answers {
  const times = timed.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return {
    count: timed.length,
    errors: timed.filter(({ status }) => status !== 200).length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    worstMs: at(1),
    perSecond: timed.length / tookS,
  };
}

/** @returns the status once the whole answer is read; 0 where none came. */
function get(agent: Agent, url: string, key: string): Promise<number> {
  return new Promise((resolve) => {
    request(url, { agent, headers: { authorization: `Bearer ${key}` }, timeout: ANSWER_WITHIN_MS }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
      answer.on("error", () => resolve(0));
    })
      .on("error", () => resolve(0))
      .end();
  });
}
