import { resolve } from "node:path";
import type { Measured, Settings } from "../measured.ts";
import { findServer } from "./findServer.ts";
import { type Sizes, type Survived, surviveFailover } from "./surviveFailover.ts";

const WHOLE: Sizes = { perSecond: 3, beforeMs: 15_000, afterMs: 5_000, behindMs: 4_000, commits: 2_000 };
const TINY: Sizes = { perSecond: 1, beforeMs: 3_000, afterMs: 1_000, behindMs: 2_000, commits: 40 };

/**
 * Fails over from a killed primary to its streaming replica under load, once with synchronous replication and once without,
 * and measures what each loses, when the legs move again, and what a commit costs each way.
 */
export async function benchFailover({ tiny, say }: Settings): Promise<Measured> {
  const native = findServer();
  const sizes = tiny ? TINY : WHOLE;
  if (native === null) {
    const missed = [
      "There is no Postgres with pg_basebackup on this machine (apt-get install postgresql): nothing was measured.",
    ];
    return { settings: {}, figures: {}, details: {}, wrong: [], missed };
  }
  const tools = { checkout: resolve(import.meta.dirname, "../.."), native, say };
  const begun = surviveFailover("synchronous", sizes, tools);
  // What is measured has the machine for itself; what is only tried waits less beside the other.
  if (!tiny) await begun;
  const [synchronous, asynchronous] = await Promise.all([begun, surviveFailover("asynchronous", sizes, tools)]);
  const both = { synchronous, asynchronous };
  return {
    settings: {
      postgres: native,
      reactors: 2,
      payments_per_second: sizes.perSecond,
      replica_behind_ms: sizes.behindMs,
    },
    figures: {
      recoveryMs: synchronous.recoveryMs ?? 0,
      duplicates: synchronous.doubles.length + asynchronous.doubles.length,
      lostSynchronous: lostIn(synchronous),
      lostAsynchronous: lostIn(asynchronous),
      commitP50Micros: synchronous.cost?.asynchronous.p50Micros ?? 0,
      commitP99Micros: synchronous.cost?.asynchronous.p99Micros ?? 0,
      synchronousCommitP50Micros: synchronous.cost?.synchronous.p50Micros ?? 0,
      synchronousCommitP99Micros: synchronous.cost?.synchronous.p99Micros ?? 0,
    },
    details: Object.assign({}, ...Object.entries(both).map(([way, survived]) => told(way, survived))),
    wrong: Object.entries(both).flatMap(([way, { wrong }]) => wrong.map((sentence) => `${way}: ${sentence}`)),
    missed: [],
  };
}

const lostIn = ({ lost: { payments, bankOrders, nonces } }: Survived) => payments + bankOrders + nonces;

const told = (way: string, { created, completed, indexedAgainMs, lost, stops }: Survived) => ({
  [`${way}: payments, of them completed`]: `${created}, ${completed}`,
  [`${way}: indexed again, ms`]: indexedAgainMs,
  [`${way}: acknowledged and lost`]: `${lost.payments} payments, ${lost.bankOrders} bank orders, ${lost.nonces} nonces`,
  [`${way}: money stopped by`]: stops.length === 0 ? "nothing" : `${stops.length} reasons; the first: ${stops.at(-1)}`,
});
