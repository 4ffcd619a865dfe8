import { sealHistory } from "./books/sealHistory.ts";
import { hangBell } from "./hangBell.ts";
import type { Reactor } from "./reactor.ts";
import type { Database } from "./store/database.ts";

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
  let wholeAtMs = Number.NEGATIVE_INFINITY;
  const sealAll = async (): Promise<void> => {
    const isWhole = reactor.monotonicMs() - wholeAtMs >= WHOLE_EVERY_MS;
    let more = true;
    while (more && !stopping) more = await sealHistory(db, isWhole ? "all" : "recent");
    if (isWhole) wholeAtMs = reactor.monotonicMs();
  };
  const keep = async (): Promise<void> => {
    while (!stopping) {
      await sealAll().catch((error: unknown) => reactor.console.failed("sellos", error));
      await reactor.sleep(REST_MS);
      if (!stopping) await written.heard(LOOK_EVERY_MS);
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
