import { FIRST_ACCOUNT, FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { type AnyState, type LegKind, tables } from "../../reactor/payments/leg.ts";
import type { Reactor } from "../../reactor/reactor.ts";
import type { Database } from "../../reactor/store/database.ts";
import { postgresStore } from "../../reactor/store/port.ts";
import { readGauges } from "../../reactor/store/readGauges.ts";
import { readUnsealed, recentHistory } from "../../reactor/store/seals.ts";

/** Legs in one batch, as a reactor takes them (reactor/assemble.ts). */
export const BATCH = 100;
const NOBODY = `0x${"0".repeat(40)}`;
/** In seals.ts it is a second's rows and more. */
const SEALED_AT_ONCE = 500;

const context: Reactor["facts"] = {
  ...{
    chainId: 31_337,
    indexSchema: "chain",
    confirmations: 0n,
    bridge: "0xb",
    junoWallet: NOBODY,
    escrowContract: NOBODY,
    token: NOBODY,
  },
  ...{
    keyLifetimeMs: 3_600_000,
    askBankEveryMs: 60_000,
    staleAfterMs: 60_000,
    screens: false,
    lane: FIRST_LANE,
    account: FIRST_ACCOUNT,
  },
};

/** One thing that a reactor does again and again, however much is stored. @returns how many legs it took or woke, if any. */
export type Recurring = Readonly<{ name: string; run: () => Promise<number | undefined> }>;

/** What the processes wake (reactor/runProcess.ts): all states that a leg does not end in. */
const goingOn = (rows: Readonly<Record<string, object>>) =>
  Object.entries(rows).flatMap(([state, row]) => ("end" in row ? [] : [state as AnyState]));

/** The claim of a batch and its facts, the sweeps of the processes, and what each turn, reading and look asks. */
export function recurring(db: Database, holder: number): readonly Recurring[] {
  const store = postgresStore(db, FIRST_LANE);
  const asked = (name: string, ask: () => Promise<unknown>): Recurring => ({
    name,
    run: () => ask().then(() => undefined),
  });
  const reading = {
    ...{ startedAtMs: Date.now(), sinceMs: Date.now(), newestReactor: holder, availableBaseUnits: 1n, ours: context },
    ...{ transactions: [], deposits: [], refunds: [] },
  };
  let claimed: Awaited<ReturnType<typeof store.claimLegs>> | null = null;
  return [
    {
      name: "claim",
      run: async () => {
        claimed = await store.claimLegs(holder, BATCH);
        return claimed.legs.length;
      },
    },
    asked("facts of what was claimed", async () => {
      if (claimed !== null) await store.loadFacts(claimed.legs, { ...context, holder }, claimed.nowMs);
    }),
    ...Object.entries(tables).map(([kind, rows]) => ({
      name: `sweep ${kind}`,
      run: () => store.wakeStates(kind as LegKind, goingOn(rows)),
    })),
    asked("a bank reading without news", () => store.saveBankReading(reading)),
    asked("matching of deposits", () => store.assignDeposits("accept")),
    asked("refunds awaited", () => store.awaitsRefund(FIRST_ACCOUNT)),
    asked("allowance awaited", () => store.anyLegWaitsFor("allowance")),
    asked("reserved at the bank", () => store.reservedCentavos("juno", FIRST_ACCOUNT)),
    asked("outflow of hour and day", () => store.outflowCentavos()),
    asked("the lane's open calls", async () => {
      await store.openTransactions("0xb");
      await store.inFlight("0xb");
      await store.lastApproval("0xb");
    }),
    asked("what is watched", () => store.readWatched(context)),
    asked("the kill switch", async () => {
      await store.isKilled(context);
      await store.tellPulls();
    }),
    asked("rows to seal", async () => readUnsealed(db, await recentHistory(db), SEALED_AT_ONCE)),
    asked("all gauges", () => readGauges(db)),
  ];
}
