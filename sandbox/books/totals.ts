import type { Transaction } from "./records.ts";
import { DIRECTION, type State } from "./state.ts";

/** What the account's MXNB adds up to, each part counted from the orders themselves. In MXNB base units. */
export type Totals = {
  opening: bigint;
  issued: bigint;
  cryptoDeposited: bigint;
  withdrawn: bigint;
  redeemed: bigint;
  /** Taken by orders that are still under way. */
  onHold: bigint;
  /** Taken by orders that failed and were not given back (yet). The tokens are still in JUNO_WALLET. */
  withheld: bigint;
  available: bigint;
};

/**
 * Adds it all up from the beginning. At rest, JUNO_WALLET holds on chain exactly available + onHold + withheld.
 */
export function totalsOf(state: State): Totals {
  const all = [...state.transactions.values()];
  const completed = (type: Transaction["order"]["type"]) =>
    sum(all.filter(({ order, status }) => order.type === type && status === "COMPLETE"));
  const opening = state.opening?.balanceBaseUnits ?? 0n;
  const issued = completed("ISSUANCE");
  const cryptoDeposited = completed("CRYPTO_DEPOSIT");
  const withdrawn = completed("CRYPTO_WITHDRAWAL");
  const redeemed = completed("REDEMPTION");
  const onHold = onHoldBaseUnits(state);
  const withheld = sum(all.filter((each) => isDebit(each) && each.status === "FAILED" && each.refund !== "paid"));
  const available = opening + issued + cryptoDeposited - withdrawn - redeemed - onHold - withheld;
  return { opening, issued, cryptoDeposited, withdrawn, redeemed, onHold, withheld, available };
}

/** Taken by withdrawals and redemptions that have not ended. */
export function onHoldBaseUnits(state: State): bigint {
  const isOpen = ({ status }: Transaction) => status === "PENDING" || status === "IN_PROGRESS";
  return sum([...state.transactions.values()].filter((each) => isDebit(each) && isOpen(each)));
}

const isDebit = ({ order }: Transaction): boolean => DIRECTION[order.type] === -1;

function sum(transactions: readonly Transaction[]): bigint {
  return transactions.reduce((total, { amountBaseUnits }) => total + amountBaseUnits, 0n);
}
