import type { Books } from "../memoryStore/books.ts";
import { told } from "./differenceOf.ts";
import type { Thread } from "./openThread.ts";
import type { TableName } from "./perform.ts";

type Row = Readonly<Record<string, unknown>>;

/** Each of the tables as the books have it. Of readings they keep the last, and of some rows not every column. */
function rowsOf(books: Books): Record<TableName, Iterable<Row>> {
  const last = books.readings.get("last");
  return {
    payment: books.payments.all(),
    party: books.parties.all(),
    leg: books.legs.all(),
    payoutAccount: books.accounts.all(),
    attempt: books.attempts.all(),
    claim: books.claims.all(),
    transfer: books.transfers.all(),
    entry: books.entries.all(),
    chainTransaction: books.own.all(),
    signer: books.signers.all(),
    bankTransaction: books.bank.all(),
    speiDeposit: books.spei.all(),
    bankRefund: books.refunds.all(),
    bankReading: last ? [last] : [],
    unassignedDeposit: books.unassigned.all(),
    head: books.heads.all(),
    settledBlock: books.settled.all(),
    ruling: books.rulings.all(),
    killSwitch: books.pulls.all(),
    watchedFact: books.watched.all(),
    breaks: books.breaks.all(),
    event: books.events.all(),
    inbox: books.inbox.all(),
  };
}

/** Holds all rows of the books to those in Postgres. @returns how many are the same, and for each table that differs how. */
export function compareRows(books: Books, thread: Thread): Readonly<{ same: number; differences: readonly string[] }> {
  const differences: string[] = [];
  let same = 0;
  for (const [table, rows] of Object.entries(rowsOf(books))) {
    const ours = [...rows];
    const columns = Object.keys(ours[0] ?? {});
    const left = new Set(rowsIn(thread, table as TableName).map((row) => told(only(row, columns))));
    const missing = ours.map(told).filter((row) => !left.delete(row));
    same += ours.length - missing.length;
    if (missing.length + left.size === 0) continue;
    const [mine = "none", theirs = "none"] = [missing[0], [...left][0]];
    differences.push(
      `table ${table}: only in memory ${missing.length}, first ${mine}; only in Postgres ${left.size}, first ${theirs}`,
    );
  }
  return { same, differences };
}

function rowsIn(thread: Thread, table: TableName): readonly Row[] {
  const reply = thread.ask({ kind: "rows", table });
  if ("thrown" in reply) throw new Error(`The rows of ${table} cannot be read: ${reply.thrown}`);
  const rows = reply.answer as readonly Row[];
  return table === "bankReading" ? rows.toSorted((a, b) => Number(a.id) - Number(b.id)).slice(-1) : rows;
}

const only = (row: Row, columns: readonly string[]): Row =>
  Object.fromEntries(columns.map((name) => [name, row[name]]));
