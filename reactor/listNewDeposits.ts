import { isNewestFirst } from "./isNewestFirst.ts";
import { listSpeiDeposits } from "./juno/listSpeiDeposits.ts";
import type { BankReply, BankTransaction, SpeiDeposit } from "./juno/reply.ts";
import type { Reach } from "./listNewTransactions.ts";
import type { Reactor } from "./reactor.ts";

/**
 * The SPEI deposits since a moment, without the pages that show what is known: a list that shows the newest first is read to the
 * page that ends with one we know. A deposit proves nothing by its absence. What must not be missed is that an issuance is a payout of ours
 * that came back, so the list is read on for the SPEI of each issuance that is new.
 * @param issued transactions whose details were just read.
 */
export async function listNewDeposits(
  { world, store, facts }: Reactor,
  { sinceMs, wholeSinceMs }: Reach,
  issued: readonly BankTransaction[],
): Promise<BankReply<SpeiDeposit[]>> {
  const named = issued.flatMap(({ type, fiatId }) => (type === "ISSUANCE" && fiatId !== undefined ? [fiatId] : []));
  return listSpeiDeposits(world.juno, {
    sinceMs,
    isEnough: async (_page, read) => {
      const last = read.at(-1);
      if (last === undefined || last.createdAtMs > wholeSinceMs || !isNewestFirst(read)) return false;
      const shown = new Set(read.flatMap(({ fid, claveRastreo }) => [fid, claveRastreo]));
      const unseen = named.filter((name) => !shown.has(name));
      const known = await store.knownDeposits(facts.account, [last.fid, ...unseen]);
      return [last.fid, ...unseen].every((name) => known.has(name));
    },
  });
}
