import { toLeg } from "../../../reactor/store/legRow.ts";
import type { Store } from "../../../reactor/store/port.ts";
import type { Books, WatchedRow } from "./books.ts";
import { wakeLeg } from "./wakeLeg.ts";

type Watching = Pick<
  Store,
  "askWatched" | "followWatched" | "healBreak" | "missWatched" | "openBreak" | "readWatched" | "settleWatched"
>;

/** The consumed logs that are not settled yet, and the breaks they caused, as reactor/store keeps them. */
export function watchedIn(books: Books): Watching {
  const now = books.nowMs;
  const change = (claimId: number, part: Partial<WatchedRow>) => {
    const row = books.watched.get(claimId);
    if (row) books.watched.put(claimId, { ...row, ...part });
  };
  return {
    readWatched: async () =>
      books
        .unsettled()
        .toSorted(
          (a, b) =>
            Number(a.missingSinceMs !== null) - Number(b.missingSinceMs !== null) ||
            (a.askedAtMs ?? 0) - (b.askedAtMs ?? 0) ||
            Number(a.blockNumber - b.blockNumber),
        )
        .flatMap((row) => {
          const claim = books.claims.get(row.claimId);
          const leg = books.legs.get(row.legId);
          if (claim === undefined || leg === undefined) return [];
          const { source, outsideId: key } = claim;
          const [open] = books.openBreaks.of(`${source}:${key}`);
          const indexed = books.index.logsOf([row.txHash], []).find((log) => log.key === key) ?? null;
          const openBreak = open ? { number: open.number, sinceMs: open.openedAtMs } : null;
          return [{ fact: { ...row, openBreak }, source, key, leg: toLeg(leg), indexed }];
        }),

    askWatched: async (facts, nowMs) => {
      for (const { claimId } of facts) change(claimId, { askedAtMs: nowMs });
    },

    settleWatched: async (facts) => {
      for (const { claimId } of facts) change(claimId, { settledAtMs: now(), missingSinceMs: null });
      for (const legId of new Set(facts.map((fact) => fact.legId))) {
        const leg = books.legs.get(legId);
        if (leg && leg.state !== "review") wakeLeg(books, leg);
      }
    },

    followWatched: async ({ claimId }, block) => change(claimId, { ...block, missingSinceMs: null }),

    missWatched: async ({ claimId, txHash }, nowMs) => {
      change(claimId, { missingSinceMs: nowMs });
      for (const row of books.ownByHash.of(txHash)) {
        if (row.state === "sent" || row.state === "included")
          books.own.put(row.id, { ...row, state: "signed", includedInBlock: null });
      }
    },

    openBreak: async (opened) => {
      const { source, outsideId } = opened;
      if (books.openBreaks.count(`${source}:${outsideId}`) > 0) throw new Error(`${outsideId} has a break already.`);
      const number = books.nextId();
      books.breaks.put(number, { ...opened, number, openedAtMs: now(), healedAtMs: null, healed: null });
      return number;
    },

    healBreak: async (number, healed) => {
      const row = books.breaks.get(number);
      if (row) books.breaks.put(number, { ...row, healed, healedAtMs: now() });
    },
  };
}
