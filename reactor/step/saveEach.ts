import type { Leg } from "../payments/leg.ts";
import type { Reactor } from "../reactor.ts";
import { allEnded } from "../store/allEnded.ts";
import type { StoredEvent } from "../store/appendEvent.ts";
import { messageOf } from "../store/messageOf.ts";
import type { Transaction } from "../store/port.ts";

type OfLeg = Readonly<{ leg: Leg }>;

/** What saving one leg leaves: events to show, and what later work may rely on. */
export type Saved<R> = Readonly<{ events: readonly StoredEvent[]; result: R }>;
type Save<T, R> = (tx: Transaction, one: T, reactor: Reactor) => Promise<Saved<R>>;
type SaveAll<T, R> = (tx: Transaction, batch: readonly T[], reactor: Reactor) => Promise<readonly Saved<R>[]>;

/**
 * Saves a batch in one transaction; if that fails, leg by leg, so that one bad row holds up nobody else. A leg on which
 * the program throws leaves an event, and goes to a person when it happens again and again.
 * @param save one leg's part. All do theirs beside each other: what they ask the store at one moment is one statement. What
 *   depends on the others of the batch is for `saveTogether`.
 * @returns the results of what was committed, and of nothing else: only on these may anything leave.
 */
export function saveEach<T extends OfLeg, R>(
  reactor: Reactor,
  batch: readonly T[],
  save: Save<T, R>,
): Promise<readonly R[]> {
  return saveTogether(reactor, batch, (tx, ones) => allOf(ones, (one) => save(tx, one, reactor)));
}

/** As `saveEach`, for what is decided about the batch as a whole, such as sums. */
export async function saveTogether<T extends OfLeg, R>(
  reactor: Reactor,
  batch: readonly T[],
  save: SaveAll<T, R>,
): Promise<readonly R[]> {
  if (batch.length === 0) return [];
  try {
    return await inOneTransaction(reactor, batch, save);
  } catch (error) {
    const committed: R[] = [];
    for (const one of batch) {
      try {
        if (batch.length === 1) throw error;
        committed.push(...(await inOneTransaction(reactor, [one], save)));
      } catch (thrown) {
        await saveThrown(reactor, one.leg, thrown);
      }
    }
    return committed;
  }
}

/** Does something for each, beside each other. @throws the first error once all have ended: nobody goes on in a lost transaction. */
export const allOf = <T, R>(these: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> =>
  allEnded(these.map(work));

async function inOneTransaction<T extends OfLeg, R>(
  reactor: Reactor,
  batch: readonly T[],
  save: SaveAll<T, R>,
): Promise<readonly R[]> {
  const saved = await reactor.store.transaction((tx) => save(tx, batch, reactor));
  for (const event of saved.flatMap((one) => one.events)) reactor.console.event(event);
  return saved.map((one) => one.result);
}

/** A throw is a bug, or a database that went away: in the second case this throws too, and the lease brings the leg back. */
export async function saveThrown(reactor: Reactor, leg: Leg, error: unknown): Promise<void> {
  reactor.console.failed(`pago ${leg.paymentId}, ${leg.kind} ${leg.state}`, error, leg);
  const message = messageOf(error);
  const events = await reactor.store.transaction(async (tx) => {
    const reviewed = await tx.saveFailure(leg);
    return tx.appendEvents([
      {
        paymentId: leg.paymentId,
        legId: leg.id,
        type: reviewed ? "en_revision" : "error_automatico",
        data: { message, why: message },
        actor: "kustodia",
      },
    ]);
  });
  for (const event of events) reactor.console.event(event);
}
