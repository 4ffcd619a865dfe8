import { setTimeout as sleep } from "node:timers/promises";
import { type AlertMail, mailEvents } from "./mailEvents.ts";
import { measure } from "./measure.ts";
import { judge } from "./metrics/judge.ts";
import type { Reactor } from "./reactor.ts";
import { saveAlerts } from "./store/alerts.ts";
import { closeBooks } from "./store/closeBooks.ts";
import { addUpPayments } from "./store/countPayments.ts";
import type { Database } from "./store/database.ts";

const LOOK_EVERY_MS = 60_000;

/** Looks each minute for what a person must know, and tells it as events, until it is stopped. @returns what stops it. */
export function watchAlerts(reactor: Reactor, db: Database, mailTo: AlertMail | null): () => Promise<void> {
  const mail = mailTo === null ? () => Promise.resolve() : mailEvents(mailTo);
  const stopping = new AbortController();
  const { signal } = stopping;
  const look = async () => {
    await closeBooks(db);
    await addUpPayments(db);
    const stored = await measure(reactor, db);
    if (stored === null) return;
    const events = await db.transaction((tx) => saveAlerts(tx, judge(stored)));
    for (const event of events) reactor.console.event(event);
    await mail(events);
  };
  const watch = async () => {
    while (!signal.aborted) {
      // At a start nothing has been read yet: what is old then is no news.
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      if (!signal.aborted) await look().catch((error: unknown) => reactor.console.failed("alertas", error));
    }
  };
  const watching = watch();
  return async () => {
    stopping.abort();
    await watching;
  };
}
