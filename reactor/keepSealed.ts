import { sealHistory } from "./books/sealHistory.ts";
import { hangBell } from "./hangBell.ts";
import type { Reactor } from "./reactor.ts";
import type { Database } from "./store/database.ts";
import { BEGINNING_OF_HISTORY, type Place } from "./store/seals.ts";

/** What was written together is sealed together. */
const REST_MS = 1_000;
/** A look without a ring: a row waits while an older transaction is open, and its end rings nobody. */
const LOOK_EVERY_MS = 5_000;
/** A look at all of the history, for what none of the others could see. */
const WHOLE_EVERY_MS = 3_600_000;

/** Seals the history behind the machine until it is stopped: nothing waits for it. */
export function keepSealed(reactor: Reactor, db: Database): Readonly<{ wake(): void; stop(): Promise<void> }> {
  const written = hangBell();
  let stopping = false;
  /** Where the look at all goes on; null: it has ended. */
  let whole: Place | null = BEGINNING_OF_HISTORY;
  let endedAtMs = Number.NEGATIVE_INFINITY;
  const sealNew = async (): Promise<void> => {
    let above: Place | null = null;
    do above = (await sealHistory(db, above)).next;
    while (above !== null && !stopping);
  };
  /** A portion each turn, and further ones only where something was without a seal: it hurries for nobody. */
  const sealRest = async (): Promise<void> => {
    if (whole === null && reactor.monotonicMs() - endedAtMs >= WHOLE_EVERY_MS) whole = BEGINNING_OF_HISTORY;
    for (let found = true; whole !== null && found && !stopping; ) {
      const { sealed, next }: Awaited<ReturnType<typeof sealHistory>> = await sealHistory(db, whole);
      [found, whole] = [sealed, next];
      if (next === null) endedAtMs = reactor.monotonicMs();
    }
  };
  const keep = async (): Promise<void> => {
    while (!stopping) {
      await sealNew()
        .then(sealRest)
        .catch((error: unknown) => reactor.console.failed("sellos", error));
      await reactor.sleep(REST_MS);
      if (!stopping && whole === null) await written.heard(LOOK_EVERY_MS);
    }
  };
  const keeping = keep();
  return {
    wake: () => written.ring(),
    stop: async () => {
      stopping = true;
      written.ring();
      await keeping;
    },
  };
}
