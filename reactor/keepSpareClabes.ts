import { createClabe } from "./juno/createClabe.ts";
import { parseClabe } from "./payments/clabe.ts";
import type { Reactor } from "./reactor.ts";
import type { Queryable } from "./store/database.ts";
import { areOnSeveralAccounts, openAccounts } from "./store/lanes.ts";
import { countSpares, saveSpare } from "./store/spareClabes.ts";

/** New customers between two runs of the process that may be given to this account by a reactor of another one. */
const SPARES = 20;

/**
 * Keeps some CLABEs of this reactor's bank account ready, where there are several accounts: whoever answers the API has the key
 * of one account, and gives a new customer to the account with the fewest payments. What the bank refuses is asked for another time.
 */
export async function keepSpareClabes({ world, facts, shadow }: Reactor, db: Queryable): Promise<void> {
  const { account } = facts;
  if (shadow || !(await areOnSeveralAccounts(db)) || !(await openAccounts(db)).includes(account)) return;
  for (let missing = SPARES - (await countSpares(db, account)); missing > 0; missing -= 1) {
    const reply = await createClabe(world.juno);
    if (reply.outcome !== "done" || !parseClabe(reply.value.clabe).ok) return;
    await saveSpare(db, account, reply.value.clabe);
  }
}
