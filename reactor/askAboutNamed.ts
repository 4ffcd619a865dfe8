import { hangBell } from "./hangBell.ts";
import { getBalances } from "./juno/getBalances.ts";
import { getTransaction } from "./juno/getTransaction.ts";
import { parseWebhook } from "./juno/parseWebhook.ts";
import type { Reactor } from "./reactor.ts";

/** Names that wait to be looked at; what comes beyond them rings for the whole reading, which needs no names. */
const MOST_NAMED = 100;
/** Names that were asked about are forgotten, all of them, at so many. */
const MOST_REMEMBERED = 10_000;
const TICK_MS = 1_000;

type Rings = Readonly<{
  /** Whatever it was, the lists show it. */
  readBank: () => void;
  /** Legs have something new to look at. */
  moved: () => void;
}>;

/**
 * Asks the bank about what a webhook names where some leg waits for that very transaction, without the lists. Nothing that the webhook
 * says is believed. It may say that the transaction has ended, and then the bank is asked, once: anyone could say it
 * again. What it says of a known one that goes on concerns nobody; all else is for the whole reading.
 */
export function askAboutNamed(reactor: Reactor, { readBank, moved }: Rings) {
  const { store, facts } = reactor;
  const bell = hangBell();
  const waiting = new Map<string, Readonly<{ saysOver: boolean }>>();
  const asked = new Set<string>();
  const take = () => {
    const taken = new Map(waiting);
    waiting.clear();
    return taken;
  };
  return {
    /** @returns false for what names nothing that could be asked about. */
    hear: (json: string): boolean => {
      const rung = parseWebhook(JSON.parse(json));
      if (rung.kind !== "transaction" || waiting.size >= MOST_NAMED || asked.has(rung.id)) return false;
      const saysOver = rung.saysOver || waiting.get(rung.id)?.saysOver === true;
      waiting.set(rung.id, { saysOver });
      bell.ring();
      return true;
    },
    turn: async (): Promise<void> => {
      if (waiting.size === 0) await bell.heard(TICK_MS);
      const names = take();
      if (names.size === 0) return;
      try {
        const standing = await store.standingOfNamed(facts.account, [...names.keys()]);
        const isNews = [...names].some(([id, { saysOver }]) => {
          const known = standing.get(id);
          return known === undefined || (known === "over" && saysOver);
        });
        if (isNews) readBank();
        const ended = [...names].flatMap(([id, { saysOver }]) => (saysOver && standing.get(id) === "open" ? [id] : []));
        if (ended.length === 0) return;
        if (asked.size + ended.length > MOST_REMEMBERED) asked.clear();
        for (const id of ended) asked.add(id);
        if (!(await readNamed(reactor, ended))) readBank();
        moved();
      } catch (error) {
        // What they named is not forgotten with the turn.
        readBank();
        throw error;
      }
    },
    stop: bell.ringAll,
  };
}

/**
 * Reads some transactions and then the balance, and stores them. @returns false when the bank did not show all of it, of which nothing is
 * stored then; or when it shows one as going on, since whoever answered may not know yet.
 */
async function readNamed({ store, world, facts }: Reactor, ids: readonly string[]): Promise<boolean> {
  const [startedAtMs, ...replies] = await Promise.all([
    store.databaseNowMs(),
    ...ids.map((id) => getTransaction(world.juno, id)),
  ]);
  const shown = replies.flatMap((reply) => (reply.outcome === "done" ? [reply.value] : []));
  if (shown.length < ids.length) return false;
  // After the details, so that it has what they show as issued, and lacks what they show as gone.
  const balances = await getBalances(world.juno);
  if (balances.outcome !== "done") return false;
  await store.saveNamed({
    account: facts.account,
    startedAtMs,
    transactions: shown.map((transaction) => ({ ...transaction, address: transaction.address ?? null })),
    availableBaseUnits: balances.value.mxnbAvailableBaseUnits,
  });
  return shown.every(({ status }) => status === "COMPLETE" || status === "FAILED");
}
