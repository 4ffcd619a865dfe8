import type { Controls } from "../payments/controls.ts";
import type { Move } from "../payments/decision.ts";
import type { Facts } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import type { StoredEvent } from "../store/appendEvent.ts";
import type { BankLimits } from "../store/bankLimits.ts";
import type { Database, Queryable } from "../store/database.ts";
import type { FactsContext } from "../store/factsOf.ts";
import type { RunResult } from "../store/schema/record.ts";
import type { RateLimits } from "./limits/limitRate.ts";

/** The five processes by their wire names (client-system.md). */
export const PROCESS_NAMES = ["deposits", "withdrawals", "custodies", "payouts", "sync"] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];

/** What a run came to. `result` counts what it did, by name. */
export type ProcessResult =
  | Readonly<{ outcome: "done"; result: RunResult }>
  /** It runs once at a time over all reactors: somebody is running it now. */
  | Readonly<{ outcome: "busy" }>
  | Readonly<{ outcome: "failed"; message: string }>;

export type ProcessState = Readonly<{
  name: ProcessName;
  everyMinutes: number;
  lastRun: Readonly<{
    startedAtMs: number;
    /** Null while it runs, or when its reactor ended before it did. */
    finishedAtMs: number | null;
    result: RunResult | null;
    error: string | null;
  }> | null;
  /** Null while the timers are off: then it runs only by hand. */
  nextRunAtMs: number | null;
  running: boolean;
}>;

/** How far the index follows the chain of whoever answers. Heights are null before the first reading. */
export type Freshness = Readonly<{
  chainId: number;
  indexedBlock: bigint | null;
  latestBlock: bigint | null;
  settledBlock: bigint | null;
  /** Time of the newest indexed block, unix ms. */
  indexedAtMs: number | null;
  /** No new movement of money starts on stale facts. */
  stale: boolean;
  /** Why there is no settled head, or only one endpoint vouches for it, in words; null when all is well. */
  complaint: string | null;
}>;

export type Probe = Readonly<{ ok: boolean; detail: string }>;
export type Probes = Readonly<{ database: Probe; indexer: Probe; rpc: Probe; bank: Probe }>;

export type AskedClabe = Readonly<{ ok: true; clabe: string }> | Readonly<{ ok: false; message: string }>;

/** All that the API is given. It finds nothing by import, and starts nothing. */
export type AppPorts = Readonly<{
  db: Database;
  /** A copy for what only reads, and of which moment it is, unix ms (null: not close enough); null where there is none. */
  replica: Readonly<{ db: Database; asOfMs(): number | null; distrust(): void }> | null;
  /** How old a key must be to approve, ms: a key that is stolen or made in haste is seen before it moves money. */
  approveAfterMs: number;
  /** How long a payment's personal data are kept after its end, ms. */
  eraseAfterMs: number;
  /** What reading a leg's facts needs to know of the world's names and limits. */
  facts: FactsContext;
  /** Saves a leg's move with all that it proves, in the caller's transaction; no event when somebody was first. */
  move: (tx: Queryable, leg: Leg, facts: Facts, move: Move<string>, actor: string) => Promise<readonly StoredEvent[]>;
  /** How many requests a minute one key, and one address, may make. */
  rateLimits: RateLimits;
  /** What this reactor's configuration says of what two persons control. */
  configured: Controls;
  /** Whether buyers and sellers are mailed, so that each can be sent a link that nobody else sees. */
  mailsParties: boolean;
  /** What the bank lets the account move: a payment that it could not move is refused when it is asked for. */
  bankLimits: BankLimits;
  /** Whose pages may call the API from a browser; none when empty. */
  corsOrigins: readonly string[];
  /** A clock that never goes back, ms. */
  monotonicMs: () => number;
  /** Unix ms. */
  nowMs: () => number;
  /** Runs a process now. Never throws for an ordinary failure. */
  runProcess: (name: ProcessName) => Promise<ProcessResult>;
  processes: () => Promise<readonly ProcessState[]>;
  freshness: () => Promise<Freshness>;
  /** It decides and sends nothing to bank or chain. */
  shadow: boolean;
  probes: () => Promise<Probes>;
  /** The page that Prometheus collects. */
  metrics: () => Promise<string>;
  /** Asks the bank for a new deposit CLABE, for one customer for ever. */
  askForClabe: () => Promise<AskedClabe>;
  /** Why a webhook may not go to this URL, in words; null when it may. */
  refuseWebhookUrl: (url: string) => Promise<string | null>;
  /** Has the sandbox's buyer pay a decimal amount to a CLABE; null where the bank is no sandbox of ours. */
  sandboxDeposit: ((to: Readonly<{ clabe: string; amount: string }>) => Promise<void>) | null;
  /** Rings whenever this reactor has stored an event; whoever is called back looks itself. @returns what ends it. */
  onEvent: (heard: () => void) => () => void;
  /** Aborted when the server closes: what is still being told ends. */
  closing: AbortSignal;
  /** Legs changed: the loop looks now. */
  wake: () => void;
  /** Shown at the console, as every event of the system is. */
  show: (event: StoredEvent) => void;
  /** A webhook came, of which this is the JSON: the bank is asked. */
  doorbell: (json: string) => void;
  /** Told of a throw that nobody expected. The caller reads only that it happened. */
  failed: (doing: string, error: unknown) => void;
}>;
