import { anyLegWaitsFor } from "./anyLegWaitsFor.ts";
import { appendEvents, appendEventsOf } from "./appendEvent.ts";
import { assignDeposits } from "./assignDeposits.ts";
import {
  adoptAttempt,
  closeAttempt,
  closeAttempts,
  closeCalls,
  closeCallsOf,
  noteSilence,
  openAttempt,
  openAttempts,
} from "./attempts.ts";
import { healBreak, openBreak } from "./breaks.ts";
import { readIndexedHead } from "./chainEvents.ts";
import {
  ensureSigner,
  inFlight,
  lastApproval,
  openTransactions,
  reserveBump,
  reserveNonce,
  reserveNonces,
  saveIncluded,
  saveReceipts,
  saveSent,
  saveSignatures,
} from "./chainTransactions.ts";
import { claimLegs, releaseLegs } from "./claimLegs.ts";
import { freeDeposit, insertClaims, insertClaimsOf } from "./claims.ts";
import { readCeilings } from "./controls.ts";
import type { Database, Queryable } from "./database.ts";
import { databaseNowMs } from "./databaseNowMs.ts";
import { loadFacts } from "./facts.ts";
import { gatherOn } from "./gather.ts";
import { readHead, saveHeads, saveSettledBlock } from "./heads.ts";
import { holdLease, holdLeases, stillHeld } from "./holdLease.ts";
import { isKilled, pullKillSwitch, tellPulls } from "./killSwitch.ts";
import { knownDeposits, transactionsSince } from "./knownOfBank.ts";
import { followChainNonce, loseNonces } from "./loseNonces.ts";
import { newestReactor } from "./newestReactor.ts";
import { readOrderTerms } from "./orders.ts";
import { outflowCentavos } from "./outflow.ts";
import { carryOutRuling, carryOutRulings } from "./rulings.ts";
import { availableCentavos, awaitsRefund, knownVersions, lastReadingMs, saveBankReading } from "./saveBankReading.ts";
import { saveFailure } from "./saveFailure.ts";
import { saveLeg, saveLegs, saveWait, saveWaits } from "./saveLeg.ts";
import { saveNamed, standingOfNamed } from "./saveNamed.ts";
import { setCustodyEnd } from "./setCustodyEnd.ts";
import { takeChainEvents } from "./takeChainEvents.ts";
import {
  postArrival,
  postArrivals,
  postMovement,
  reserve,
  reserveAll,
  reservedCentavos,
  settleTransfers,
  settleTransfersOf,
} from "./transfers.ts";
import { wakeStates } from "./wakeStates.ts";
import { askWatched, followWatched, missWatched, readWatched, settleWatched } from "./watchedFacts.ts";

const legs = { appendEvents, carryOutRuling, databaseNowMs, holdLease, saveFailure, saveLeg, saveWait, setCustodyEnd };
const orders = { adoptAttempt, closeAttempt, closeCalls, noteSilence, openAttempt, readOrderTerms };
const money = { outflowCentavos, postArrival, postMovement, readCeilings, reserve, reservedCentavos, settleTransfers };
const claims = { freeDeposit, insertClaims };
const known = { knownDeposits, knownVersions, standingOfNamed, transactionsSince };
const bank = { availableCentavos, awaitsRefund, lastReadingMs, newestReactor, ...known };
const index = { readHead, readIndexedHead, saveHeads, saveSettledBlock, takeChainEvents };
const lane = { ensureSigner, followChainNonce, inFlight, lastApproval, loseNonces, openTransactions };
const nonces = { reserveBump, reserveNonce, saveIncluded, saveReceipts, saveSent, saveSignatures };
const watch = { askWatched, followWatched, healBreak, missWatched, openBreak, settleWatched };
const stop = { isKilled, pullKillSwitch, tellPulls };

/** What may be asked and written both by itself and inside a transaction. */
const queries = { ...legs, ...orders, ...money, ...claims, ...bank, ...index, ...lane, ...nonces, ...watch, ...stop };

/** What is a transaction of its own, or is read outside any. */
const whole = { assignDeposits, loadFacts, releaseLegs, saveBankReading, saveNamed, stillHeld, wakeStates };

/** What is asked of the legs of one lane. */
const ofLane = { anyLegWaitsFor, claimLegs, readWatched };

type Bound<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (db: never, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};

type BoundToLane<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (
    db: never,
    lane: string,
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Result
    : never;
};

/** An open transaction: all that is done through it is kept, or none of it. */
export type Transaction = Bound<typeof queries>;

/** All that the step, the lane and the readings keep and ask. What each function promises stands at the function. */
export type Store = Transaction &
  Bound<typeof whole> &
  BoundToLane<typeof ofLane> &
  Readonly<{
    /** Keeps what `work` did once it returns; undoes it when it throws. Its promise may not be left waiting for the network. */
    transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  }>;

/** The store on Postgres, for whoever drives a lane. */
export function postgresStore(db: Database, lane: string): Store {
  return {
    ...bind(queries, db as Queryable),
    ...bind(whole, db),
    anyLegWaitsFor: (...args) => anyLegWaitsFor(db, lane, ...args),
    claimLegs: (...args) => claimLegs(db, lane, ...args),
    readWatched: (...args) => readWatched(db, lane, ...args),
    transaction: (work) => db.transaction((tx) => work(gathered(tx))),
  };
}

/** A transaction in which a batch's legs are saved beside each other: what they do alike takes as many statements as one leg does. */
function gathered(tx: Queryable): Transaction {
  const { together, inTurn } = gatherOn(tx);
  const alike = {
    appendEvents: together(appendEventsOf),
    carryOutRuling: together(carryOutRulings),
    closeAttempt: together(closeAttempts),
    closeCalls: together(closeCallsOf),
    holdLease: together(holdLeases),
    insertClaims: together(insertClaimsOf),
    openAttempt: together(openAttempts),
    postArrival: together(postArrivals),
    reserve: together(reserveAll),
    reserveNonce: together(reserveNonces),
    saveLeg: together(saveLegs),
    saveWait: together(saveWaits),
    settleTransfers: together(settleTransfersOf),
  };
  const others = Object.entries(queries).map(([name, run]) => [
    name,
    inTurn(run as (tx: Queryable) => Promise<unknown>),
  ]);
  return { ...(Object.fromEntries(others) as Transaction), ...alike };
}

/** What an open transaction of drizzle's may do of a store's work. */
export const transactionOn = (tx: Queryable): Transaction => bind(queries, tx);

function bind<Connection, Functions extends Readonly<Record<string, (db: Connection, ...args: never[]) => unknown>>>(
  functions: Functions,
  connection: Connection,
): Bound<Functions> {
  const bound = Object.entries(functions).map(([name, run]) => [name, run.bind(null, connection)]);
  return Object.fromEntries(bound) as Bound<Functions>;
}
