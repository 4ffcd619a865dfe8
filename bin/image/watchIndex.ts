import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, fallback, http } from "viem";
import { z } from "zod";

/** Of an index: the last block that it told, where the chain was then, and since when that stands though the chain moves on. */
export type Position = Readonly<{ indexed: number | null; head: bigint | null; sinceMs: number | null }>;
/** Of one look. Null: nobody answered. `nowMs` of the monotonic clock. */
export type Look = Readonly<{
  /** It says that it reads its history still, or may be starting: nobody waits for its blocks yet. */
  isReading: boolean;
  indexed: number | null;
  head: bigint | null;
  nowMs: number;
}>;

/** A Ponder that has never answered is starting for so many times as long as one may stand: it may wait 25 s for its schema's lock. */
const STARTS_FOR = 2;

export const NOWHERE: Position = { indexed: null, head: null, sinceMs: null };

/**
 * What a look makes of the position. An index that tells another block than before moves, also back, as after a reorg; one that does
 * not answer stands. One that reads its history or is starting does not stand yet; a chain that stands, or a node that is silent,
 * blames no index.
 */
export function positionAfter(before: Position, { isReading, indexed, head, nowMs }: Look): Position {
  const hasMoved = indexed !== null && indexed !== before.indexed;
  if (isReading || hasMoved || before.head === null) return { indexed: indexed ?? before.indexed, head, sinceMs: null };
  const isLeftBehind = head !== null && head > before.head;
  return { ...before, sinceMs: before.sinceMs ?? (isLeftBehind ? nowMs : null) };
}

export type Watched = Readonly<{
  /** Ponder's own address. */
  url: string;
  chainId: number;
  rpcUrls: readonly string[];
  standsAfterMs: number;
  lookEveryMs: number;
  /** Longer than any answer of a process that lives. */
  answerWithinMs: number;
  /** Of the monotonic clock. */
  now: () => number;
}>;

/**
 * Looks at a Ponder, and returns when it has stood for so long: its process lives, may answer /health, and reads no further
 * block. So it was seen after its Postgres had died (ponder 0.16). A history of years is read for hours, in steps that may
 * be long: one that reads its history stands only when it has fallen silent, and one that starts, when it has never answered.
 * @param stopping ends the looking; then it does not return.
 */
export async function untilItStands(watched: Watched, stopping: AbortSignal): Promise<Position> {
  const { url, chainId, rpcUrls, standsAfterMs, lookEveryMs, answerWithinMs, now } = watched;
  const ask = (path: string) => askOnce(url + path, answerWithinMs).catch(() => null);
  const chain = createPublicClient({
    transport: fallback(rpcUrls.map((rpcUrl) => http(rpcUrl, { timeout: answerWithinMs, retryCount: 0 }))),
    cacheTime: 0,
  });
  const startsUntilMs = now() + STARTS_FOR * standsAfterMs;
  for (let position = NOWHERE, hasAnswered = false; ; ) {
    const [ready, told, head] = await Promise.all([
      ask("/ready"),
      ask("/status"),
      chain.getBlockNumber().catch(() => null),
    ]);
    hasAnswered ||= ready !== null;
    const indexed = indexedBlock(told?.body, chainId);
    const nowMs = now();
    const isStarting = !hasAnswered && nowMs < startsUntilMs;
    const isReading = ready === null ? isStarting : !ready.ok;
    position = positionAfter(position, { isReading, indexed, head, nowMs });
    if (position.sinceMs !== null && nowMs - position.sinceMs >= standsAfterMs) return position;
    await sleep(lookEveryMs, undefined, { signal: stopping });
  }
}

const status = z.record(z.string(), z.object({ id: z.number(), block: z.object({ number: z.number() }) }));

/** Its answer, read to the end, so that its connection is free. Both Ponder's /ready and its errors may say nothing. */
async function askOnce(url: string, withinMs: number): Promise<{ ok: boolean; body: unknown }> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
  const text = await answer.text();
  return { ok: answer.ok, body: text.startsWith("{") ? JSON.parse(text) : null };
}

function indexedBlock(body: unknown, chainId: number): number | null {
  const read = status.safeParse(body);
  return Object.values(read.data ?? {}).find(({ id }) => id === chainId)?.block.number ?? null;
}
