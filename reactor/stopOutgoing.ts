import type { Reactor } from "./reactor.ts";
import { pullKillSwitch } from "./store/killSwitch.ts";

/** Pulls the kill switch of every reactor and says so, once. @param why one Spanish sentence. */
export async function stopOutgoing(reactor: Reactor, why: string): Promise<void> {
  const events = await reactor.db.transaction((tx) => pullKillSwitch(tx, why, "kustodia"));
  for (const event of events) reactor.console.event(event);
}
