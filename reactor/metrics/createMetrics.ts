import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { bankEndpoint } from "./bankEndpoint.ts";
import { type Stored, setGauges } from "./setGauges.ts";

/** What only this process sees, told as it happens; and the page that is served of it and of what is stored. */
export type Metrics = Readonly<{
  /** An order was answered. */
  order(sent: Readonly<{ action: string; outcome: string }>): void;
  /** A call to the bank ended, after so many ms, with this status; null when no answer came. */
  bankCall(call: Readonly<{ method: string; pathname: string; ms: number; status: number | null }>): void;
  /** A call to the chain's node ended. `node` is its place in the configuration, not its address, which may hold a key. */
  rpcCall(call: Readonly<{ node: number; method: string; ms: number; ok: boolean }>): void;
  /** The page, in Prometheus' text format. @param stored what the database says; null when it says nothing. */
  page(stored: Stored | null): Promise<string>;
}>;

/** A bank that answers in 200 ms and a node in 20: bounds on both sides of both, up to their timeouts. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];

/** Node's calls that we make are these; another's name would be a label that nobody bounded. */
const RPC_METHOD = /^eth_[a-zA-Z]{1,40}$/;

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const orders = new Counter({
    name: "kustodia_orders_total",
    help: "Orders answered, by action and outcome (done, refused, unknown).",
    labelNames: ["action", "outcome"],
    registers,
  });
  const bank = new Histogram({
    name: "kustodia_bank_call_seconds",
    help: "Calls to the bank, by endpoint and result (2xx, 3xx, 4xx, 5xx, lost).",
    labelNames: ["endpoint", "result"],
    buckets: SECONDS,
    registers,
  });
  const rpc = new Histogram({
    name: "kustodia_rpc_call_seconds",
    help: "Calls to the chain's nodes, by node, method and result (ok, failed).",
    labelNames: ["node", "method", "result"],
    buckets: SECONDS,
    registers,
  });
  const databaseUp = new Gauge({
    name: "kustodia_database_up",
    help: "1 while Postgres answers; what is stored is not shown while it is 0.",
    registers,
  });
  const set = setGauges(registers);

  return {
    order: ({ action, outcome }) => orders.inc({ action, outcome }),
    bankCall: ({ method, pathname, ms, status }) =>
      bank.observe(
        {
          endpoint: bankEndpoint(method, pathname),
          result: status === null ? "lost" : `${Math.trunc(status / 100)}xx`,
        },
        ms / 1_000,
      ),
    rpcCall: ({ node, method, ms, ok }) =>
      rpc.observe(
        { node, method: RPC_METHOD.test(method) ? method : "other", result: ok ? "ok" : "failed" },
        ms / 1_000,
      ),
    page: (stored) => {
      databaseUp.set(stored === null ? 0 : 1);
      set(stored);
      return registry.metrics();
    },
  };
}
