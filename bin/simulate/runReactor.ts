import { keepAllowance, moveLane } from "../../reactor/lane.ts";
import type { Reactor } from "../../reactor/reactor.ts";
import { readBank } from "../../reactor/readBank.ts";
import { followIndex, refreshHeads } from "../../reactor/readChain.ts";
import { raiseFence } from "../../reactor/standing.ts";
import { step } from "../../reactor/step/step.ts";
import { watchFacts } from "../../reactor/watchFacts.ts";
import { createBell } from "./bell.ts";
import type { Life } from "./life.ts";
import type { Crew } from "./startReactor.ts";

const WORKERS = 2;
const LONGEST_QUIET_MS = 1_800_000;
const AFTER_ERROR_MS = 1_000;
/** Between two readings of the bank: each lists an hour, which is most of what a run costs. */
const BANK_FLOOR_MS = 300_000;
/** While all that is left waits for a refund that may never come. */
const QUIET_BANK_FLOOR_MS = 3_600_000;
const ALLOWANCE_EVERY_MS = 300_000;
const WHOLE_READING_EVERY_MS = 4 * 3_600_000;

/** Runs one reactor in loops like those of reactor/loop.ts and its timers, until it dies or `isOver`. */
export async function runReactor(reactor: Reactor, { world, isOver, stepped }: Crew, life: Life): Promise<void> {
  const { clock, fleet } = world;
  const [blocks, bank] = [createBell(clock), createBell(clock)];
  const holder = reactor.identity.holder();
  const lookNow = () => fleet.rota.lookAt(clock.nowMs());
  let allowanceAtMs = clock.nowMs();
  let wholeReadingAtMs = clock.nowMs() + WHOLE_READING_EVERY_MS;

  const forever = async (name: string, turn: () => Promise<void>) => {
    while (!life.isDead() && !isOver()) {
      try {
        await turn();
      } catch (error) {
        reactor.console.failed(name, error);
        await clock.sleep(AFTER_ERROR_MS);
      }
    }
  };
  const work = async () => {
    await fleet.rota.turn(life);
    const report = await step(reactor, { moved: () => undefined, fillsLane: blocks.ring, asksBank: bank.ring });
    if (report.claimed === 0) return;
    lookNow();
    stepped();
  };
  const takeNew = followIndex(reactor);
  const followChain = async () => {
    await blocks.heard(LONGEST_QUIET_MS);
    const { woken } = await takeNew();
    if (woken > 0) lookNow();
    const nowMs = await reactor.store.databaseNowMs();
    await fleet.exclusively("heads", life, async () => {
      if (await refreshHeads(reactor, nowMs)) await watchFacts(reactor, nowMs);
    });
    await fleet.exclusively("lane", life, async () => {
      if (clock.nowMs() >= allowanceAtMs) {
        allowanceAtMs = clock.nowMs() + ALLOWANCE_EVERY_MS;
        await keepAllowance(reactor);
      }
      await moveLane(reactor);
    });
  };
  const followBank = async () => {
    const rang = await bank.heard(LONGEST_QUIET_MS);
    const whole = clock.nowMs() >= wholeReadingAtMs;
    if (!rang && !whole) return;
    if (whole) wholeReadingAtMs = clock.nowMs() + WHOLE_READING_EVERY_MS;
    let isRead = false;
    await fleet.exclusively("bank reading", life, async () => {
      isRead = (await readBank(reactor, whole ? "full" : "new")).outcome === "done";
    });
    lookNow();
    if (!isRead) {
      bank.ring();
      await clock.sleep(AFTER_ERROR_MS);
      return;
    }
    await clock.sleep(BANK_FLOOR_MS);
    for (let restedMs = 0; world.isQuiet() && restedMs < QUIET_BANK_FLOOR_MS; restedMs += BANK_FLOOR_MS) {
      await clock.sleep(BANK_FLOOR_MS);
    }
  };

  world.index.onNews(holder, blocks.ring);
  world.bank.onNews(holder, bank.ring);
  await raiseFence(reactor);
  for (let worker = 0; worker < WORKERS; worker++) void forever(`worker ${worker}`, work);
  void forever("chain", followChain);
  void forever("bank", followBank);
  bank.ring();
  lookNow();
}
