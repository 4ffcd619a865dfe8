import type { Queryable } from "./database.ts";
import type { FactsContext } from "./factsOf.ts";
import { findAddresses } from "./lanes.ts";

/**
 * What reading the facts of a lane's legs needs to know, for whoever was started for this lane or for another one.
 * @throws Error for a lane that no reactor was ever started for.
 */
export async function contextOf(db: Queryable, own: FactsContext, lane: string): Promise<FactsContext> {
  if (lane === own.lane) return own;
  const addresses = await findAddresses(db, lane);
  if (addresses === null) throw new Error(`No reactor was ever started for lane ${lane}.`);
  return { ...own, ...addresses };
}
