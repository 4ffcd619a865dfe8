import { isNewestFirst } from "./isNewestFirst.ts";
import { listTransactions } from "./juno/listTransactions.ts";
import type { BankReply, BankTransaction } from "./juno/reply.ts";
import type { Reactor } from "./reactor.ts";

/** How far back a reading goes, and since when it reads every entry and not only what is new or may still change; unix ms. */
export type Reach = Readonly<{ sinceMs: number; wholeSinceMs: number }>;

export type NewTransactions = Readonly<{
  reply: BankReply<BankTransaction[]>;
  /** Ids of those that had not ended when we last saw them and that no page which was read shows: each is to be asked for. */
  unread: readonly string[];
}>;

const PAGE = 100;

/**
 * The bank's transactions since a moment, without the pages that can tell nothing: of a list that shows the newest first, the
 * bank must count as many since its oldest entry that was read as we know of, and as many beyond it. So nothing is left out that the
 * bank lists, however late it lists it, and an absence counts as that of a list read to its end. In any other order, or with any
 * other count, it is read to its end.
 */
export async function listNewTransactions({ world, store, facts }: Reactor, reach: Reach): Promise<NewTransactions> {
  const { sinceMs, wholeSinceMs } = reach;
  const known = await store.transactionsSince(facts.account, sinceMs);
  let unread: readonly string[] = [];
  const reply = await listTransactions(world.juno, {
    createdSinceMs: sinceMs,
    isEnough: async (_page, read, total) => {
      const oldestMs = read.at(-1)?.createdAtMs;
      if (total === undefined || oldestMs === undefined || oldestMs > wholeSinceMs || !isNewestFirst(read))
        return false;
      const ids = read.map(({ id }) => id);
      const fresh = read.length - (await store.knownVersions(ids)).size;
      const near = await store.transactionsSince(facts.account, oldestMs);
      if (near.count + fresh !== read.length || known.count + fresh !== total) return false;
      const shown = new Set(ids);
      unread = known.open.filter((id) => !shown.has(id));
      // Each costs a call, as each page does.
      return unread.length <= (total - read.length) / PAGE;
    },
  });
  return { reply, unread: reply.outcome === "done" ? unread : [] };
}
