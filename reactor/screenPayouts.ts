import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type pg from "pg";
import type { Reactor } from "./reactor.ts";
import type { Database } from "./store/database.ts";
import { listUnscreened, saveScreening, type Unscreened } from "./store/screenings.ts";
import { LOCKS, withLock } from "./store/withLock.ts";
import { askScreening, type Checker } from "./webhooks/askScreening.ts";
import type { Outside } from "./webhooks/postOnce.ts";

const LOOK_EVERY_MS = 1_000;
/** After no answer that we understand, then twice as long each time, up to the pause of a payout that is held. */
const FIRST_PAUSE_MS = 2_000;
const MOST_DOUBLINGS = 20;
const IN_A_ROUND = 20;
/** Questions at once: a checker that hangs holds up payouts, and nothing else. */
const AT_ONCE = 4;

export type Screener = Readonly<{
  db: Database;
  pool: pg.Pool;
  /** And how long lies between two questions about a payout that is held, ms. */
  checker: Checker & Readonly<{ askEveryMs: number }>;
  outside: Outside;
  /** Called when a payout may go on. */
  wake: () => void;
}>;

/**
 * Asks the configured check of names and sanctions about each payout that waits for it, one reactor at a time, until it is
 * stopped. What a reactor asked and did not store is asked again by the next. @returns what stops it.
 */
export function screenPayouts(reactor: Reactor, screener: Screener): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const limit = pLimit(AT_ONCE);
  const round = async () => {
    const waiting = await listUnscreened(screener.db, IN_A_ROUND);
    await Promise.all(waiting.map((payout) => limit(() => screen(reactor, screener, payout, signal))));
    if (waiting.length > 0) screener.wake();
  };
  const watch = async () => {
    while (!signal.aborted) {
      try {
        await withLock(screener.pool, LOCKS.screening, round);
        await sleep(LOOK_EVERY_MS, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        reactor.console.failed("verificación de pagos", error);
        await reactor.sleep(LOOK_EVERY_MS);
      }
    }
  };
  const watching = watch();
  return async () => {
    stopping.abort();
    await watching;
  };
}

async function screen(
  { console, installationId }: Reactor,
  { db, checker, outside }: Screener,
  payout: Unscreened,
  signal: AbortSignal,
): Promise<void> {
  const answer = await askScreening(payout, checker, { outside, installationId, nowMs: Date.now() }, signal);
  const { askEveryMs } = checker;
  const afterSilence = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(payout.unknowns, MOST_DOUBLINGS), askEveryMs);
  const againInMs = answer.verdict === "unknown" ? afterSilence : askEveryMs;
  for (const event of await db.transaction((tx) => saveScreening(tx, payout, answer, againInMs))) console.event(event);
}
