import { findChainOf } from "./chains.ts";
import type { Queryable } from "./database.ts";
import type { FactsContext } from "./factsOf.ts";
import { findAddresses } from "./lanes.ts";

/**
 * What reading the facts of a lane's legs needs to know, for whoever was started for this lane or for another one, which may be on
 * another chain.
 * @throws Error for a lane that no reactor was ever started for.
 */
export async function contextOf(db: Queryable, own: FactsContext, lane: string): Promise<FactsContext> {
  if (lane === own.lane) return own;
  const [addresses, chain] = [await findAddresses(db, lane), await findChainOf(db, lane)];
  if (addresses === null || chain === null) throw new Error(`No reactor was ever started for lane ${lane}.`);
  const { id: chainId, indexSchema, confirmations } = chain;
  return { ...own, ...addresses, chainId, indexSchema, confirmations: BigInt(confirmations) };
}
