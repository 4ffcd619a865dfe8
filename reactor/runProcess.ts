import { keepSpareClabes } from "./keepSpareClabes.ts";
import type { AnyState, LegKind } from "./payments/leg.ts";
import { toDecimal } from "./payments/money.ts";
import type { Reactor } from "./reactor.ts";
import { readBank } from "./readBank.ts";
import { takeWholeIndex } from "./readChain.ts";
import type { Span } from "./readThreeBooks.ts";
import type { Kept } from "./reconcile.ts";
import type { OpenDatabase } from "./store/database.ts";
import { forgetOld } from "./store/forgetOld.ts";
import { messageOf } from "./store/messageOf.ts";
import { HISTORY_TABLES } from "./store/months/byMonth.ts";
import { makeMonths } from "./store/months/makeMonths.ts";
import { forgetProposedAccounts } from "./store/payoutAccounts.ts";
import { closeRun, openRun } from "./store/processRuns.ts";
import type { RunResult } from "./store/schema/record.ts";
import { accountLock, LOCKS, withLock } from "./store/withLock.ts";
import { PROCESS_NAMES, type ProcessName, processes } from "./timers/processes.ts";

export type ProcessResult =
  | Readonly<{ outcome: "done"; result: RunResult }>
  /** Another reactor is running it now. */
  | Readonly<{ outcome: "busy" }>
  | Readonly<{ outcome: "failed"; message: string }>;

/** The lock under which a process runs, once over all reactors of a bank account: another one's reads another bank account. */
export const processLock = (name: ProcessName, account: string): number =>
  accountLock(LOCKS.process + PROCESS_NAMES.indexOf(name), account);

type Sweep = (reactor: Reactor, tools: Tools) => Promise<RunResult>;

/** What a process works with beside the reactor. */
type Tools = Pick<OpenDatabase, "db" | "pool"> &
  Readonly<{
    /** A reconciliation, of what is new or of everything; null when another one is running. */
    reconcile: () => Promise<(Kept & Readonly<{ span: Span }>) | null>;
  }>;

/**
 * Runs one process now, once over all reactors of its bank account, and records what it did. A process only looks and wakes: what then
 * happens to a leg is decided by its table and its guards, as if an event had woken it.
 */
export async function runProcess(
  reactor: Reactor,
  tools: Tools,
  name: ProcessName,
  startedBy: string,
): Promise<ProcessResult> {
  const { db, pool } = tools;
  const { account } = reactor.facts;
  try {
    const ran = await withLock(pool, processLock(name, account), async () => {
      reactor.console.say(processes[name].says);
      const run = await openRun(db, { process: name, account, startedBy });
      try {
        const result = await sweeps[name](reactor, tools);
        await closeRun(db, run, { result, error: null });
        return { outcome: "done", result } as const;
      } catch (error) {
        const message = messageOf(error);
        await closeRun(db, run, { result: null, error: message });
        throw error;
      }
    });
    return ran ?? { outcome: "busy" };
  } catch (error) {
    reactor.console.failed(name, error);
    return { outcome: "failed", message: messageOf(error) };
  }
}

const sweeps: Readonly<Record<ProcessName, Sweep>> = {
  deposits: async (reactor, { db }) => {
    const read = await readBank(reactor, "recent");
    if (read.outcome === "incomplete") throw new Error(`Juno no respondió completo: ${read.message}`);
    await keepSpareClabes(reactor, db);
    const looked = await reactor.store.wakeStates("deposit", ["awaiting", "seen", "issuing"]);
    return { looked, changed: read.changed, assigned: read.assigned };
  },
  withdrawals: sweepOf("custody", ["waiting", "withdrawing", "failed_withdrawal", "bridged", "funding", "securing"]),
  custodies: sweepOf("custody", [
    "active",
    "releasing",
    "returning",
    "crediting",
    "resolving",
    "cancelling",
    "disputing",
  ]),
  payouts: sweepOf("payout", ["waiting", "account", "ready", "redeeming", "paying", "failed"]),
  sync: async (reactor, tools) => {
    await forgetProposedAccounts(tools.db);
    for (const table of HISTORY_TABLES) {
      // Who reads the history for long keeps its table: the next hour tries again, long before the month.
      await makeMonths(tools.db, table).catch((error: unknown) => reactor.console.failed("meses", error));
    }
    const read = await readBank(reactor, "full");
    const { taken } = await takeWholeIndex(reactor);
    const forgotten = await forgetOld(tools.db);
    const intake = { forgotten, changed: read.outcome === "done" ? read.changed : 0, taken };
    const ran = await tools.reconcile();
    if (ran === null) return intake;
    for (const event of ran.events) reactor.console.event(event);
    const { payments, matched, breaks, differenceCentavos, rpcCalls, bankCalls, elapsedMs } = ran.reconciled;
    const costs = { rpc_calls: rpcCalls, bank_calls: bankCalls, elapsed_ms: elapsedMs };
    if (ran.span === "full") reactor.console.say(recounted(payments, costs));
    return { ...intake, payments, matched, breaks, difference: toDecimal(differenceCentavos), ...costs };
  },
};

const recounted = (payments: number, costs: Readonly<{ rpc_calls: number; bank_calls: number; elapsed_ms: number }>) =>
  `🧮 Recuento completo de ${payments} pagos: ${costs.rpc_calls} llamadas al nodo, ${costs.bank_calls} al banco, ${costs.elapsed_ms} ms.`;

function sweepOf(kind: LegKind, states: readonly AnyState[]): Sweep {
  return async (reactor) => ({ looked: await reactor.store.wakeStates(kind, states) });
}
