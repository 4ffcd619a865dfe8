import type { Leg } from "../payments/leg.ts";
import type { Reactor } from "../reactor.ts";
import { appendEvents, type StoredEvent } from "../store/appendEvent.ts";
import type { Queryable } from "../store/database.ts";
import { saveFailure } from "../store/saveFailure.ts";

type OfLeg = Readonly<{ leg: Leg }>;
type Save<T> = (tx: Queryable, one: T, reactor: Reactor) => Promise<readonly StoredEvent[]>;

/**
 * Saves a batch in one transaction; if that fails, leg by leg, so that one bad row holds up nobody else. A leg on which
 * the program throws leaves an event, and goes to a person when it happens again and again.
 */
export async function saveEach<T extends OfLeg>(reactor: Reactor, batch: readonly T[], save: Save<T>): Promise<void> {
  if (batch.length === 0) return;
  try {
    await inOneTransaction(reactor, batch, save);
  } catch (error) {
    if (batch.length === 1 && batch[0]) return saveThrown(reactor, batch[0].leg, error);
    for (const one of batch) {
      await inOneTransaction(reactor, [one], save).catch((thrown: unknown) => saveThrown(reactor, one.leg, thrown));
    }
  }
}

async function inOneTransaction<T extends OfLeg>(reactor: Reactor, batch: readonly T[], save: Save<T>): Promise<void> {
  const events = await reactor.db.transaction(async (tx) => {
    const saved: StoredEvent[] = [];
    for (const one of batch) saved.push(...(await save(tx, one, reactor)));
    return saved;
  });
  for (const event of events) reactor.console.event(event);
}

/** A throw is a bug, or a database that went away: in the second case this throws too, and the lease brings the leg back. */
export async function saveThrown(reactor: Reactor, leg: Leg, error: unknown): Promise<void> {
  reactor.console.failed(`pago ${leg.paymentId}, ${leg.kind} ${leg.state}`, error);
  const message = error instanceof Error ? error.message : "Error desconocido";
  const events = await reactor.db.transaction(async (tx) => {
    const reviewed = await saveFailure(tx, leg);
    return appendEvents(tx, [
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
