import { and, inArray, sql } from "drizzle-orm";
import type { ClaimSource } from "../payments/decision.ts";
import { holdOtherPayers, type PayerPolicy } from "../payments/holdOtherPayers.ts";
import { type Matching, matchDeposits } from "../payments/matchDeposits.ts";
import { allEnded } from "./allEnded.ts";
import { anyOf } from "./anyOf.ts";
import type { StoredEvent } from "./appendEvent.ts";
import { changeByClaim, insertClaimsOf } from "./claims.ts";
import type { Database, Queryable } from "./database.ts";
import { type DepositStates, type Expecting, payables } from "./payables.ts";
import { recordReturned, recordUnassigned } from "./recordUnassigned.ts";
import { leg } from "./schema/index.ts";
import { issuancesFromBuyers, type PaidIn, returnedPayouts, unclaimedDeposits } from "./unclaimedMoney.ts";
import { LOCKS } from "./withLock.ts";

const FUNDABLE: DepositStates = ["awaiting", "seen"];
const ANNOUNCEABLE: DepositStates = ["awaiting", "issuing", "issued"];

/**
 * Gives the bank's unclaimed issuances and SPEI deposits to the legs that wait for them, and records what cannot be given.
 * @param policy what becomes of money that was paid in another name than the buyer's.
 * @returns how many were assigned, and the events of those that a person must look at.
 */
export async function assignDeposits(
  db: Database,
  policy: PayerPolicy,
): Promise<{ assigned: number; events: readonly StoredEvent[] }> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCKS.matching})`);
    const [issuances, returned, deposits] = await allEnded([
      issuancesFromBuyers(tx),
      returnedPayouts(tx),
      unclaimedDeposits(tx),
    ]);
    const toFund = await payables(tx, issuances, { states: FUNDABLE, lacks: "issuance", has: "spei_deposit" });
    const funding = holdOtherPayers(matchDeposits(toFund, issuances), policy, namesIn(toFund, issuances));
    const funded = await claimAll(tx, funding, "issuance", FUNDABLE);
    const events = [...(await recordUnassigned(tx, funding, issuances)), ...(await recordReturned(tx, returned))];

    // A leg whose issuance came first takes its SPEI deposit before any leg that only waits: one deposit, one payment.
    const toAnnounce = await payables(tx, deposits, { states: ANNOUNCEABLE, lacks: "spei_deposit", has: "issuance" });
    const announcing = announced(matchDeposits(toAnnounce, deposits), policy, toAnnounce, deposits);
    const seen = await claimAll(tx, announcing, "spei_deposit", ANNOUNCEABLE);
    return { assigned: funded + seen, events };
  });
}

/** A SPEI announces nothing to a leg that will not be given its issuance; where a person has given that one, its SPEI follows. */
function announced(
  matching: Matching,
  policy: PayerPolicy,
  legs: readonly Expecting[],
  deposits: readonly PaidIn[],
): Matching {
  const isGiven = ({ legId }: { legId: number }) => legs.some((leg) => leg.legId === legId && leg.expected);
  const given = matching.assigned.filter(isGiven);
  const others = { ...matching, assigned: matching.assigned.filter((one) => !isGiven(one)) };
  const { assigned } = holdOtherPayers(others, policy, namesIn(legs, deposits));
  return { ...matching, assigned: [...given, ...assigned] };
}

function namesIn(legs: readonly Expecting[], money: readonly PaidIn[]) {
  const buyers = new Map(legs.map((leg) => [leg.legId, leg.buyerName]));
  const payers = new Map(money.map((one) => [one.id, one.payerName]));
  return {
    buyerOf: (legId: number) => buyers.get(legId) ?? null,
    payerOf: (id: string) => payers.get(id) ?? null,
  };
}

/**
 * Claims for each leg what it was given, unless it has left these states meanwhile: then the next matching sees. A claim
 * changes its leg, so the version grows: a move that was decided without the claim, an expiry say, is not saved any more.
 * @returns how many claims were made.
 */
async function claimAll(
  tx: Queryable,
  matching: Matching,
  source: ClaimSource,
  states: DepositStates,
): Promise<number> {
  if (matching.assigned.length === 0) return 0;
  const legIds = matching.assigned.map((one) => one.legId);
  const changed = await changeByClaim(tx, and(anyOf(leg.id, legIds), inArray(leg.state, [...states])));
  const given = matching.assigned.filter((one) => changed.some((row) => row.id === one.legId));
  await insertClaimsOf(
    tx,
    given.map(({ legId, id }) => [legId, [{ source, outsideId: id }]]),
  );
  return given.length;
}
