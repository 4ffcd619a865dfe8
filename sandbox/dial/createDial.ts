import type { Fate, TransactionType } from "../books/records.ts";
import { BASE_UNITS_PER_CENTAVO, parseCentavos } from "../money.ts";
import { FATES, type FateRow } from "./fates.ts";
import type { Fault, FaultKind } from "./fault.ts";

/** The faults that are set. Kept in memory: a fault that has not struck yet does not outlive a restart. */
export type Dial = {
  set(faults: readonly Fault[]): void;
  clear(): void;
  /** What has not struck yet. */
  remaining(): readonly Fault[];
  /** Faults of the table's kinds that wait for this call, in the order they were set. */
  waiting<K extends FaultKind>(call: MetCall, table: Readonly<Record<K, unknown>>): readonly (Fault & { kind: K })[];
  /** Counts one strike of the fault. */
  use(fault: Fault): void;
  /** The fate of an order of this type that this call opens, faults used up. */
  drawFate(call: MetCall, type: TransactionType): Fate;
};

/** A call as faults know it. `amountBaseUnits`: what it moves, where it says so. */
export type MetCall = { endpoint: string; amountBaseUnits: bigint | undefined };

export function createDial(): Dial {
  let faults: { fault: Fault; left: number }[] = [];

  const dial: Dial = {
    set(added) {
      faults = [...faults, ...added.map((fault) => ({ fault, left: fault.times }))];
    },
    clear() {
      faults = [];
    },
    remaining: () => faults.map(({ fault, left }) => ({ ...fault, times: left })),
    waiting<K extends FaultKind>(call: MetCall, table: Readonly<Record<K, unknown>>) {
      const isOfTable = (fault: Fault): fault is Fault & { kind: K } => Object.hasOwn(table, fault.kind);
      return faults
        .map(({ fault }) => fault)
        .filter((fault) => fault.endpoint === "*" || fault.endpoint === call.endpoint)
        .filter((fault) => fault.amount === undefined || baseUnitsOf(fault.amount) === call.amountBaseUnits)
        .filter(isOfTable);
    },
    use(used) {
      faults = faults.map((each) => (each.fault === used ? { ...each, left: each.left - 1 } : each));
      faults = faults.filter(({ left }) => left > 0);
    },
    drawFate(call, type) {
      let fate: Fate = {};
      for (const fault of dial.waiting(call, FATES)) {
        const row: FateRow = FATES[fault.kind];
        if (!row.types.includes(type)) continue;
        fate = { ...fate, ...row.fate(fault) };
        dial.use(fault);
      }
      return fate;
    },
  };
  return dial;
}

const baseUnitsOf = (amount: string): bigint => (parseCentavos(amount) ?? 0n) * BASE_UNITS_PER_CENTAVO;
