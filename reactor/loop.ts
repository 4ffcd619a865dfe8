import pg from "pg";
import { askAboutNamed } from "./askAboutNamed.ts";
import { hangBell } from "./hangBell.ts";
import { keepAllowance, moveLane } from "./lane.ts";
import type { Reactor } from "./reactor.ts";
import { readBank } from "./readBank.ts";
import { followIndex, refreshHeads } from "./readChain.ts";
import { raiseFence } from "./standing.ts";
import { step } from "./step/step.ts";
import { accountLock, LOCKS, laneLock, withLock } from "./store/withLock.ts";
import { watchFacts } from "./watchFacts.ts";

export type Loop = Readonly<{
  /** Legs may be due: look now. */
  wake(): void;
  /** The bank may have news: ask it, as soon as its floor allows. @param json a webhook's, which may name what some leg waits for: that is asked at once. */
  doorbell(json?: string): void;
  /** Lets what is running end, starts nothing more. */
  stop(): Promise<void>;
}>;

/** Batches at once: while one waits for the bank, the next one decides (DESIGN 5). */
const WORKERS = 3;
/** A look without any reason: heads move, and leases end, without a notification (DESIGN 3). */
const TICK_MS = 1_000;
const ALLOWANCE_EVERY_MS = 5_000;
/** After a block, until the heads are looked at: nothing that waits for them waits for less than a block. */
const HEADS_AFTER_MS = 150;
/** Before a lock is tried again that another reactor holds: a turn of the lane is a few questions long. */
const TAKEN_LOCK_MS = 50;

/**
 * Runs the machine until it is stopped. Notifications of the index and of our own API are doorbells: what they announce
 * is always looked up. An error of one turn is told and does not end the others.
 */
export function runLoop(reactor: Reactor, pool: pg.Pool, databaseUrl: string): Loop {
  const legs = hangBell();
  const index = hangBell();
  const heads = hangBell();
  const lane = hangBell();
  const bank = hangBell();
  const named = askAboutNamed(reactor, { readBank: bank.ring, moved: legs.ring });
  let stopping = false;
  let lastBankMs = Number.NEGATIVE_INFINITY;
  let readAgainAtMs = Number.POSITIVE_INFINITY;
  let lastAllowanceMs = Number.NEGATIVE_INFINITY;
  let fencedAs: number | null = null;

  const forever = async (name: string, turn: () => Promise<void>) => {
    while (!stopping) {
      try {
        await turn();
      } catch (error) {
        reactor.console.failed(name, error);
        await reactor.sleep(TICK_MS);
      }
    }
  };

  const work = async () => {
    const report = await step(reactor, { moved: legs.ring, fillsLane: lane.ring, asksBank: bank.ring });
    // Whoever took a full batch has left some for the others.
    if (report.claimed >= reactor.limits.batch) legs.ring();
    if (report.claimed === 0) await legs.heard(Math.min(report.restMs ?? TICK_MS, TICK_MS));
  };

  const takeNew = followIndex(reactor);
  // Apart from the heads and the lane: what a block brought waits for no node and for no other call.
  const look = async () => {
    await index.heard(TICK_MS);
    const taken = await takeNew();
    if (taken.woken > 0) legs.ring();
    heads.ring();
  };

  const followHeads = async () => {
    // What a block brought goes first; and blocks that come close together share one look.
    if (await heads.heard(TICK_MS)) await reactor.sleep(HEADS_AFTER_MS);
    for (const event of await reactor.store.transaction((tx) => tx.tellPulls())) reactor.console.event(event);
    const nowMs = await reactor.store.databaseNowMs();
    await withLock(pool, laneLock(LOCKS.heads, reactor.facts.lane), async () => {
      if (await refreshHeads(reactor, nowMs)) await watchFacts(reactor, nowMs);
    });
    // A nonce closes when its block is settled, and what has lost its block is sent again.
    lane.ring();
  };

  const followLane = async () => {
    const rung = await lane.heard(TICK_MS);
    // What a reactor before this one gave a nonce stays where it is, too.
    if (reactor.shadow) return;
    const moved = await withLock(pool, laneLock(LOCKS.lane, reactor.facts.lane), async () => {
      // A new number is a new session, and what it found may be a replica that has not all of what its primary had.
      const holder = reactor.identity.holder();
      if (holder !== fencedAs) await raiseFence(reactor);
      fencedAs = holder;
      await moveLane(reactor);
      if (reactor.monotonicMs() - lastAllowanceMs < ALLOWANCE_EVERY_MS) return true;
      lastAllowanceMs = reactor.monotonicMs();
      await keepAllowance(reactor);
      lane.ring();
      return true;
    });
    if (moved === null && rung) {
      // Another reactor moves it, and may have looked before our call had its nonce.
      await reactor.sleep(TAKEN_LOCK_MS);
      lane.ring();
    }
  };

  const followBank = async () => {
    const rung = await bank.heard(TICK_MS);
    if (!rung && reactor.monotonicMs() < readAgainAtMs) return;
    const restMs = lastBankMs + reactor.limits.bankFloorMs - reactor.monotonicMs();
    if (restMs > 0) await reactor.sleep(restMs);
    bank.silence();
    lastBankMs = reactor.monotonicMs();
    // Without a whole reading whoever rang still wants to know: nobody rings twice for a deposit, and the reading that another
    // reactor is making now may have begun before it.
    readAgainAtMs = lastBankMs + reactor.facts.askBankEveryMs;
    const read = await withLock(pool, accountLock(LOCKS.bankReading, reactor.facts.account), () =>
      readBank(reactor, "new", legs.ring),
    );
    if (read?.outcome === "done") readAgainAtMs = Number.POSITIVE_INFINITY;
    if (read?.outcome === "incomplete") reactor.console.say(`🏦 Juno no respondió completo: ${read.message}`);
    // What looks wrong is looked at again at once: it stops the money when it is seen twice.
    if (read?.outcome === "done" && read.suspected) bank.ring();
    legs.ring();
  };

  const listener = listen(reactor, databaseUrl, index.ring);
  const running = [
    ...Array.from({ length: WORKERS }, (_, worker) => forever(`turno ${worker + 1}`, work)),
    forever("índice", look),
    forever("cadena", followHeads),
    forever("nonces", followLane),
    forever("banco", followBank),
    forever("avisos del banco", named.turn),
  ];
  // What a reactor before this one left in the lane waits for no block, and its orders for no tick.
  for (const one of [bank, index, lane]) one.ring();
  return {
    wake: () => legs.ring(),
    doorbell: (json) => {
      if (json === undefined || !named.hear(json)) bank.ring();
    },
    stop: async () => {
      stopping = true;
      for (const one of [legs, index, heads, lane, bank]) one.ringAll();
      named.stop();
      await Promise.all(running);
      await listener.close();
    },
  };
}

/** Hears Ponder's notifications of live blocks, on a connection of its own that is opened again when it breaks. */
function listen(reactor: Reactor, databaseUrl: string, onNotice: () => void): { close(): Promise<void> } {
  const tell = (error: unknown) => reactor.console.failed("avisos del índice", error);
  let client: pg.Client | null = null;
  let closed = false;
  const open = () => {
    const next = new pg.Client({ connectionString: databaseUrl, keepAlive: true, application_name: "kustodia-listen" });
    client = next;
    next.on("notification", onNotice);
    next.on("error", tell);
    // One loss may be told by two errors; the end comes once, after a failed beginning too.
    next.once("end", () => {
      if (!closed) setTimeout(open, TICK_MS);
    });
    next
      .connect()
      .then(() => next.query(`listen ${next.escapeIdentifier(`${reactor.facts.indexSchema}_live_query`)}`))
      .catch((error: unknown) => {
        tell(error);
        return next.end();
      });
  };
  open();
  return {
    close: async () => {
      closed = true;
      await client?.end();
    },
  };
}
