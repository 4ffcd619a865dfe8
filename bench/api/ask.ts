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

type Load = Readonly<{
  url: string;
  key: string;
  paths: (nth: number) => string;
  perSecond: number;
  seconds: number;
}>;

const CONNECTIONS = 64;
const ANSWER_WITHIN_MS = 20_000;

/**
 * Asks at a steady pace, whether the answers keep up or not. A request's time counts from the moment at which it was due, so
 * that one which had to wait for a slow one before it is not called quick.
 */
export async function ask({ url, key, paths, perSecond, seconds }: Load): Promise<Answers> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const total = perSecond * seconds;
  const beganAt = performance.now();
  const times: number[] = [];
  let errors = 0;
  const asked: Promise<void>[] = [];
  for (let nth = 0; nth < total; nth++) {
    const dueAt = beganAt + (nth * 1_000) / perSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    asked.push(
      get(agent, url + paths(nth), key).then((status) => {
        times.push(performance.now() - dueAt);
        if (status !== 200) errors++;
      }),
    );
  }
  await Promise.all(asked);
  const tookS = (performance.now() - beganAt) / 1_000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { count: total, errors, p50Ms: at(0.5), p99Ms: at(0.99), worstMs: at(1), perSecond: total / tookS };
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
