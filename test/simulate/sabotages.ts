import type { Outfit } from "../../bin/simulate/simulate.ts";
import type { Sabotage } from "../../bin/simulate/startReactor.ts";
import type { Facts } from "../../reactor/payments/facts.ts";
import type { Leg } from "../../reactor/payments/leg.ts";
import type { Transaction } from "../../reactor/store/port.ts";

// Reactors, and a bank and books, that break one rule each.

/** Sends an order again under another key, as a client does that takes an unknown outcome for a failure. */
export const drawsNewKeys: Sabotage = (reactor) => {
  let drawn = 0;
  const draw = () => `5a1e7e00-51b0-4b5e-8d1a-${String(++drawn).padStart(12, "0")}`;
  return Object.defineProperty({ ...reactor }, "installationId", { get: draw });
};

/** Sends before anything is written down. */
export const forgetsIntents: Sabotage = (reactor) => ({
  ...reactor,
  store: {
    ...reactor.store,
    transaction: (work) =>
      reactor.store.transaction((tx) =>
        work({ ...tx, openAttempt: async (leg) => ({ id: -1, number: 1, legId: leg.id }) }),
      ),
  },
});

/** Takes a redemption that the bank has accepted for one that it has paid. */
export const believesAcceptance: Sabotage = seeing((fact) => ({
  ...fact,
  bank: fact.bank.map((row) => (row.type === "REDEMPTION" ? { ...row, status: "COMPLETE" as const } : row)),
}));

/** Pays a seller whose deposit the bank gave back. */
export const paysOutOfReview: Sabotage = seeing((fact) => ({
  ...fact,
  siblings: fact.siblings.map((one) => (one.state === "review" ? { ...one, state: "issued" } : one)),
}));

/** Takes the newest block for a settled one. */
export const settlesAtOnce: Sabotage = seeing((fact) => ({
  ...fact,
  unsettled: 0,
  chain: fact.chain.map((log) => ({ ...log, soft: true, settled: true })),
}));

/** Orders what it decided before it stood still, whoever has claimed the leg since then. */
export const trustsOldLeases: Sabotage = (reactor) => {
  const holdLease = async () => true;
  const stillHeld = async (legs: readonly Leg[]) => new Set(legs.map(({ id }) => id));
  const { store } = reactor;
  return {
    ...reactor,
    store: {
      ...store,
      holdLease,
      stillHeld,
      transaction: (work) => store.transaction((tx) => work({ ...tx, holdLease })),
    },
  };
};

/** Takes a registered account for an ordered payout, which no row allows. */
export const skipsStates: Sabotage = saving((tx) => ({
  ...tx,
  saveLeg: (next) => tx.saveLeg(next.state === "ready" ? { ...next, state: "redeeming" } : next),
}));

/** Gives no leg a deadline, and has none looked at again. */
export const forgetsLegs: Sabotage = saving((tx) => ({
  ...tx,
  saveLeg: (next) => tx.saveLeg({ ...next, deadlineAtMs: null }),
  saveWait: (leg, wait, nowMs) => tx.saveWait({ ...leg, deadlineAtMs: null }, { ...wait, untilMs: null }, nowMs),
}));

/** Writes in its books that what was paid was not. */
export const voidsPayouts: Sabotage = saving((tx) => {
  const paid = new Set<number>();
  return {
    ...tx,
    saveLeg: (next) => {
      if (next.state === "paid") paid.add(next.id);
      return tx.saveLeg(next);
    },
    settleTransfers: (legId, state) => tx.settleTransfers(legId, paid.has(legId) ? "voided" : state),
  };
});

/** A bank that keeps a little of the first order for itself. */
export const keepsTheChange: Outfit = (world) => {
  let kept = false;
  world.bank.onOrder(() => {
    if (!kept) world.bank.held.available -= 1n;
    kept = true;
  });
  return world;
};

/** Books that lose every entry of what was paid out. */
export const losesEntries: Outfit = (world) => {
  const { entries } = world.books;
  const { put } = entries;
  Object.assign(entries, {
    put: (...[id, row]: Parameters<typeof put>) => (row.account === "beneficiary" ? row : put(id, row)),
  });
  return world;
};

function saving(change: (tx: Transaction) => Transaction): Sabotage {
  return (reactor) => ({
    ...reactor,
    store: { ...reactor.store, transaction: (work) => reactor.store.transaction((tx) => work(change(tx))) },
  });
}

function seeing(change: (facts: Facts) => Facts): Sabotage {
  return (reactor) => ({
    ...reactor,
    store: {
      ...reactor.store,
      loadFacts: async (...asked) => {
        const facts = await reactor.store.loadFacts(...asked);
        return new Map([...facts].map(([id, fact]) => [id, change(fact)] as const));
      },
    },
  });
}
