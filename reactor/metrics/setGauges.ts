import { Gauge, type Registry } from "prom-client";
import type { Gauges } from "../store/readGauges.ts";

/** How the chain's index stands, blocks and seconds; null before the first reading. */
export type Lag = Readonly<{ blocks: number | null; seconds: number | null; stale: boolean }>;
export type Stored = Readonly<{ gauges: Gauges; lag: Lag }>;
type Sample = Readonly<{ labels?: Readonly<Record<string, string | number>>; value: number }>;

/** Each gauge of what is stored: what it says, and what it is of a reading. Labels are of our own few names, never a payment's. */
const GAUGES: Readonly<
  Record<string, Readonly<{ help: string; labels?: readonly string[]; of: (stored: Stored) => readonly Sample[] }>>
> = {
  kustodia_legs: {
    help: "Legs in each state that is not an end.",
    labels: ["kind", "state"],
    of: ({ gauges }) => gauges.legs.map(({ kind, state, count }) => ({ labels: { kind, state }, value: count })),
  },
  kustodia_leg_in_state_seconds: {
    help: "How long legs that are not over have been in their states: the median (0.5) and the oldest (1).",
    labels: ["kind", "state", "quantile"],
    of: ({ gauges }) =>
      gauges.legs.flatMap(({ kind, state, oldestS, medianS }) => [
        { labels: { kind, state, quantile: "0.5" }, value: medianS },
        { labels: { kind, state, quantile: "1" }, value: oldestS },
      ]),
  },
  kustodia_oldest_due_leg_seconds: {
    help: "How long the leg that is due longest has been due; 0 when none is.",
    of: ({ gauges }) => [{ value: gauges.oldestDueS ?? 0 }],
  },
  kustodia_open_orders: {
    help: "Orders without an answer yet (pending) and of unknown outcome (unknown).",
    labels: ["action", "outcome"],
    of: ({ gauges }) =>
      gauges.openAttempts.map(({ action, outcome, count }) => ({ labels: { action, outcome }, value: count })),
  },
  kustodia_open_order_oldest_seconds: {
    help: "Age of the oldest open order.",
    labels: ["action", "outcome"],
    of: ({ gauges }) =>
      gauges.openAttempts.map(({ action, outcome, oldestS }) => ({ labels: { action, outcome }, value: oldestS })),
  },
  kustodia_money_centavos: {
    help: "Centavos in each account of our books; together they are 0. A double counts centavos exactly up to 9e15.",
    labels: ["place"],
    of: ({ gauges }) =>
      gauges.money.map(({ account, centavos }) => ({ labels: { place: account }, value: Number(centavos) })),
  },
  kustodia_unassigned_deposits: {
    help: "Deposits that a person must assign or return.",
    of: ({ gauges }) => [{ value: gauges.unassignedDeposits }],
  },
  kustodia_webhook_backlog: {
    help: "Webhook deliveries that were not accepted, by endpoint and state (pending, abandoned).",
    labels: ["endpoint", "state"],
    of: ({ gauges }) =>
      gauges.deliveries.flatMap(({ endpointId, pending, abandoned }) => [
        { labels: { endpoint: endpointId, state: "pending" }, value: pending },
        { labels: { endpoint: endpointId, state: "abandoned" }, value: abandoned },
      ]),
  },
  kustodia_webhook_oldest_seconds: {
    help: "Age of the oldest webhook delivery that is pending, by endpoint.",
    labels: ["endpoint"],
    of: ({ gauges }) =>
      gauges.deliveries.map(({ endpointId, oldestS }) => ({ labels: { endpoint: endpointId }, value: oldestS })),
  },
  kustodia_webhook_endpoints_disabled: {
    help: "Webhook endpoints that were disabled because they accept nothing.",
    of: ({ gauges }) => [{ value: gauges.endpointsDisabled }],
  },
  kustodia_notice_oldest_seconds: {
    help: "Age of the oldest mail to a buyer or seller that was tried and not accepted; 0 when none is.",
    of: ({ gauges }) => [{ value: gauges.oldestNoticeS ?? 0 }],
  },
  kustodia_unscreened_payout_oldest_seconds: {
    help: "Age of the oldest payout that the check of names and sanctions has not cleared; 0 when none waits for it.",
    of: ({ gauges }) => [{ value: gauges.oldestUnscreenedS ?? 0 }],
  },
  kustodia_kill_switch: {
    help: "Reasons for which outgoing money stands still; 0 when it may leave.",
    of: ({ gauges }) => [{ value: gauges.openPulls }],
  },
  kustodia_open_plans: {
    help: "Plans that wait for their second person.",
    of: ({ gauges }) => [{ value: gauges.openPlans }],
  },
  kustodia_open_breaks: {
    help: "What two sides tell differently, and nobody has explained.",
    of: ({ gauges }) => [{ value: gauges.openBreaks }],
  },
  kustodia_process_since_success_seconds: {
    help: "Since each of the five processes last ended without an error, on the bank account in use where that is longest ago.",
    labels: ["process"],
    of: ({ gauges }) =>
      gauges.processes.map(({ process, sinceSuccessS }) => ({ labels: { process }, value: sinceSuccessS })),
  },
  kustodia_bank_reading_seconds: {
    help: "Since the bank was last read whole.",
    of: ({ gauges }) => given(gauges.bankReadingS),
  },
  kustodia_history_rows_without_month: {
    help: "Rows of the history that came when no month was made for them; at most 1000 are counted.",
    of: ({ gauges }) => [{ value: gauges.months.strayRows }],
  },
  kustodia_history_made_seconds: {
    help: "For how long from now on the history has its months made.",
    of: ({ gauges }) => [{ value: gauges.months.madeForS }],
  },
  kustodia_indexer_lag_blocks: {
    help: "Blocks that the index is behind the node.",
    of: ({ lag }) => given(lag.blocks),
  },
  kustodia_indexer_lag_seconds: {
    help: "Age of the newest indexed block.",
    of: ({ lag }) => given(lag.seconds),
  },
  kustodia_facts_stale: {
    help: "1 while what is known of the chain is too old to move money on.",
    of: ({ lag }) => [{ value: lag.stale ? 1 : 0 }],
  },
};

/** A gauge without a value is not shown, rather than shown as 0. */
const given = (value: number | null): readonly Sample[] => (value === null ? [] : [{ value }]);

/** Registers the gauges. @returns what sets them all to a reading, or, without one, takes them off the page. */
export function setGauges(registers: Registry[]): (stored: Stored | null) => void {
  const gauges = Object.entries(GAUGES).map(([name, { help, labels = [], of }]) => {
    const gauge = new Gauge({ name, help, labelNames: [...labels], registers });
    const clear = () => {
      gauge.reset();
      // Without labels a reset is a 0, which would be believed.
      if (labels.length === 0) gauge.remove();
    };
    return { gauge, of, clear };
  });
  return (stored) => {
    for (const { gauge, of, clear } of gauges) {
      clear();
      for (const { labels = {}, value } of stored === null ? [] : of(stored)) gauge.set(labels, value);
    }
  };
}
