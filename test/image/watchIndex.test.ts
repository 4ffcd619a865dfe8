import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Look,
  NOWHERE,
  type Position,
  positionAfter,
  untilItStands,
  type Watched,
} from "../../bin/image/watchIndex.ts";
import type { RunningAnvil } from "../../bin/stack/startAnvil.ts";
import { freshAnvil } from "../harness/freshAnvil.ts";
import { openReceiver } from "../webhooks/openReceiver.ts";

const judged = (...looks: readonly (Pick<Look, "indexed" | "head"> & Partial<Look>)[]): Position =>
  looks.reduce<Position>(
    (position, look, place) => positionAfter(position, { isReading: false, ...look, nowMs: place }),
    NOWHERE,
  );

describe("an index stands", () => {
  test("from the look on at which the chain is further and it is not", () => {
    expect(judged({ indexed: 5, head: 5n }, { indexed: 5, head: 5n }, { indexed: 5, head: 6n }).sinceMs).toBe(2);
    const longer = judged({ indexed: 5, head: 5n }, { indexed: 5, head: 6n }, { indexed: 5, head: 9n });
    expect(longer.sinceMs).toBe(1);
  });

  test("while it does not answer, and the chain moves", () => {
    expect(judged({ indexed: 5, head: 5n }, { indexed: null, head: 6n }).sinceMs).toBe(1);
    expect(judged({ indexed: null, head: 5n }, { indexed: null, head: 6n }).sinceMs).toBe(1);
  });

  test("no more once it tells another block, also an older one, as after a reorg", () => {
    expect(judged({ indexed: 5, head: 5n }, { indexed: 5, head: 6n }, { indexed: 6, head: 9n }).sinceMs).toBeNull();
    expect(judged({ indexed: 5, head: 5n }, { indexed: 5, head: 6n }, { indexed: 3, head: 6n }).sinceMs).toBeNull();
  });

  test("not while the chain stands, or its node is silent: the index has nothing to read", () => {
    expect(judged({ indexed: 5, head: 5n }, { indexed: 5, head: 5n }, { indexed: 5, head: null }).sinceMs).toBeNull();
    const silent = judged({ indexed: 5, head: null }, { indexed: 5, head: 9n }, { indexed: 5, head: 9n });
    expect(silent.sinceMs).toBeNull();
  });

  test("not since the chain stood still: the moment counts from its next block", () => {
    const look = { indexed: 5, head: 5n };
    expect(judged(look, look, look, look, { indexed: 5, head: 6n }).sinceMs).toBe(4);
  });
});

describe("an index that is not ready", () => {
  const READING = () => ({ status: 503 });
  /** It takes requests, and answers none while anybody waits. */
  const SILENT = () => ({ status: 503, afterMs: 10_000 });
  /** In Ponder's place, since no history of a test's is long enough to stop a real one in it. */
  let index: Awaited<ReturnType<typeof openReceiver>>;
  let watched: Watched;
  let anvil: RunningAnvil;
  beforeAll(async () => {
    anvil = await freshAnvil({ blockTimeS: 1 });
    index = await openReceiver();
    const url = `http://127.0.0.1:${index.port}`;
    const pace = { standsAfterMs: 1_500, lookEveryMs: 100, answerWithinMs: 300, now: () => performance.now() };
    watched = { url, chainId: 31_337, rpcUrls: [anvil.rpcUrl], ...pace };
  });
  afterAll(async () => {
    await index.close();
    await anvil.stop();
  });

  test("is left alone while it says that it reads its history, and stands once it is silent", async () => {
    index.reply = READING;
    const stands = untilItStands(watched, new AbortController().signal);
    expect(await Promise.race([stands, sleep(5_000, "left alone")])).toBe("left alone");
    index.reply = SILENT;
    expect(await stands).toMatchObject({ indexed: null });
  });

  test("stands too where it has never answered, but is given longer to start", async () => {
    index.reply = SILENT;
    const stands = untilItStands(watched, new AbortController().signal);
    expect(await Promise.race([stands, sleep(3_000, "left alone")])).toBe("left alone");
    expect(await stands).toMatchObject({ indexed: null });
  });
});
