import type { Reactor } from "./reactor.ts";

/** Pulls the kill switch of every reactor and says so, once. @param why one Spanish sentence. */
export async function stopOutgoing(reactor: Reactor, why: string): Promise<void> {
  const events = await reactor.store.transaction((tx) => tx.pullKillSwitch(why, "kustodia"));
  for (const event of events) reactor.console.event(event);
}
