import type * as schema from "../../../reactor/store/schema/index.ts";
import type { TableName } from "./perform.ts";

/** One thing that the thread does to its Postgres, in the order of sending. */
export type Command =
  | Readonly<{ kind: "begin" | "keep" | "undo" }>
  /** A call of the store's port, at this moment of the simulated clock; rows that it makes are numbered after `lastId`. */
  | Readonly<{ kind: "call"; name: string; args: readonly unknown[]; nowMs: number; lastId: number }>
  /** A reactor takes its lock, or loses it. */
  | Readonly<{ kind: "enlist" | "strike"; holder: number }>
  /** What the index shows differently: blocks that are no more, and new logs, by the columns of Ponder's view. */
  | Readonly<{ kind: "index"; gone: readonly string[]; logs: readonly ViewRow[]; chainId: number; checkpoint: string }>
  /** What people wrote. */
  | (Readonly<{ kind: "people"; nowMs: number }> & PeopleRows)
  /** Asks for all rows of a table. */
  | Readonly<{ kind: "rows"; table: TableName }>;

export type ViewRow = Readonly<Record<string, string | number | null>>;

export type PeopleRows = Readonly<{
  customers: readonly (typeof schema.customer.$inferInsert)[];
  payments: readonly (typeof schema.payment.$inferInsert)[];
  parties: readonly (typeof schema.party.$inferInsert)[];
  legs: readonly (typeof schema.leg.$inferInsert)[];
  accounts: readonly (typeof schema.payoutAccount.$inferInsert)[];
  /** Of money that was nobody's and is now a payment's. */
  claims: readonly (typeof schema.claim.$inferInsert)[];
  rulings: readonly (typeof schema.ruling.$inferInsert)[];
  pulls: readonly (typeof schema.killSwitch.$inferInsert)[];
}>;

/** What the thread says to the last of some commands: its answer, or the error of the first that failed. */
export type Reply = Readonly<{ answer: unknown } | { thrown: string }>;
