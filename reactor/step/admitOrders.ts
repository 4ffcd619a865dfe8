import { movementOf } from "../books/places.ts";
import type { Ceilings } from "../payments/controls.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import { toPesos } from "../payments/money.ts";
import type { BankSend } from "../payments/table.ts";
import { allEnded } from "../store/allEnded.ts";
import type { Outflow } from "../store/outflow.ts";
import type { Transaction } from "../store/port.ts";
import { PAID_OUT } from "../store/schema/books.ts";

type Due = Readonly<{ leg: Leg; facts: Facts; action: BankSend }>;
/** `review`: a ceiling would be passed, and a person is told which, in a Spanish sentence. */
export type Verdict = Readonly<{ kind: "order" } | { kind: "insufficient" } | { kind: "review"; why: string }>;

const ORDER: Verdict = { kind: "order" };
const NONE: Outflow = { hour: 0n, day: 0n };

/** What is free to order, and what was paid out, as it stands while nobody else reserves. */
export type Means = Readonly<{
  /** Centavos; null while the bank has not told. */
  free: bigint | null;
  /** As they are in force now, and not at this reactor's start; null where nothing is paid out. */
  ceilings: Ceilings | null;
  outflow: Outflow;
}>;

/**
 * Reads what a batch's orders may take. Until the transaction ends no other reactor reserves, so that two payouts cannot pass one ceiling
 * together: all of it is read behind that lock.
 * @param account out of which bank account they are: that of the lane that they all go by.
 * @returns null where none of them moves fresh money.
 */
export async function readMeans(tx: Transaction, account: string, batch: readonly Due[]): Promise<Means | null> {
  const moving = batch.filter(movesFreshMoney);
  if (moving.length === 0) return null;
  const [reserved, balance] = await allEnded([tx.reservedCentavos("juno", account), tx.availableCentavos(account)]);
  // Behind the lock: none of it may be older than what others have reserved.
  const [ceilings, outflow] = moving.some(paysOut)
    ? await allEnded([tx.readCeilings(), tx.outflowCentavos()])
    : [null, NONE];
  return { free: balance === null ? null : balance - reserved, ceilings, outflow };
}

/**
 * Says for which orders of a batch the money is there and the ceilings have room, one after the other: each that may leave
 * counts for those after it. Pure.
 * @param means as `readMeans` read them for these orders, or for more.
 * @returns a verdict for each leg, by its id.
 */
export function admitOrders(batch: readonly Due[], means: Means | null): ReadonlyMap<number, Verdict> {
  const verdicts = new Map<number, Verdict>(batch.map(({ leg }) => [leg.id, ORDER]));
  if (means === null) return verdicts;
  const moving = batch.filter(movesFreshMoney);
  const { ceilings } = means;
  let { free } = means;
  let { hour, day } = means.outflow;
  for (const one of moving) {
    const { id, amountCentavos } = one.leg;
    const isBounded = ceilings !== null && paysOut(one) && one.facts.ruling !== "over_ceiling";
    const why = isBounded ? ceilingReached(amountCentavos, { hour, day }, ceilings) : null;
    // A balance is a guard and never evidence: the account is a pool (DESIGN 6, rule 3).
    if (free === null || free < amountCentavos) verdicts.set(id, { kind: "insufficient" });
    else if (why !== null) verdicts.set(id, { kind: "review", why });
    else {
      free -= amountCentavos;
      if (paysOut(one)) [hour, day] = [hour + amountCentavos, day + amountCentavos];
    }
  }
  return verdicts;
}

const paysOut = ({ action, leg }: Due) => PAID_OUT.some((place) => place === movementOf(action, leg)?.to);

/** A repeated order has its reservation, and its money may be out already: then the balance lacks it for that very order. */
function movesFreshMoney({ leg, facts, action }: Due): boolean {
  return movementOf(action, leg) !== null && !facts.attempts.some((attempt) => attempt.action === action);
}

/** Which ceiling a payout would pass; null for none. */
function ceilingReached(amountCentavos: bigint, { hour, day }: Outflow, ceilings: Ceilings): string | null {
  const { payoutCentavos, hourCentavos, dayCentavos } = ceilings;
  if (amountCentavos > payoutCentavos) return `pasa el tope por pago de ${toPesos(payoutCentavos)}`;
  if (hour + amountCentavos > hourCentavos) return `pasa el tope por hora de ${toPesos(hourCentavos)}`;
  if (day + amountCentavos > dayCentavos) return `pasa el tope por día de ${toPesos(dayCentavos)}`;
  return null;
}
