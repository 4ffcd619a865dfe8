import { eq, sql } from "drizzle-orm";
import { FIRST_LANE } from "../../../reactor/payments/lanes.ts";
import type { Database } from "../../../reactor/store/database.ts";
import { REACTOR_LOCK_CLASS } from "../../../reactor/store/identity.ts";
import { postgresStore } from "../../../reactor/store/port.ts";
import * as schema from "../../../reactor/store/schema/index.ts";
import type { Command, PeopleRows } from "./protocol.ts";

const { payment, party, leg, attempt, claim, transfer, chainTransaction, signer, bankTransaction, speiDeposit } =
  schema;
const { bankRefund, bankReading, unassignedDeposit, head, settledBlock, ruling, killSwitch, watchedFact } = schema;
const tables = {
  ...{ payment, party, leg, attempt, claim, transfer, chainTransaction, signer, bankTransaction, speiDeposit },
  ...{ bankRefund, bankReading, unassignedDeposit, head, settledBlock, ruling, killSwitch, watchedFact },
  payoutAccount: schema.payoutAccount,
  ...{ breaks: schema.breaks, event: schema.event, entry: schema.entry, inbox: schema.inbox },
};
/** A table that the books have too, by its name in the schema. */
export type TableName = keyof typeof tables;

type Open = Readonly<{ db: Database; end(keep: boolean): Promise<void> }>;

/** What writes nothing needs no transaction, where one thing is done after the other. */
const READS = [
  ...["anyLegWaitsFor", "availableCentavos", "awaitsRefund", "databaseNowMs", "inFlight", "isKilled"],
  ...[
    "knownDeposits",
    "knownVersions",
    "lastApproval",
    "lastReadingMs",
    "loadFacts",
    "newestReactor",
    "openTransactions",
  ],
  ...[
    "outflowCentavos",
    "readCeilings",
    "readHead",
    "readIndexedHead",
    "readOrderTerms",
    "readWatched",
    "reservedCentavos",
    "transactionsSince",
  ],
];

/** Does the world's commands on one session of Postgres, whose store is the real one. */
export function perform(session: Database): (command: Command) => Promise<unknown> {
  let open: Open | "at the first write" | null = null;
  let begun = false;
  let shownMs = 0;
  const show = async (db: Database, nowMs: number, lastId: number | null) => {
    if (lastId === null && nowMs === shownMs) return;
    const number = lastId === null ? sql`null` : sql`setval('simulated.number', ${lastId + 1}, false)`;
    await db.execute(sql`select set_config('simulated.now', ${new Date(nowMs).toISOString()}, false), ${number}`);
    shownMs = nowMs;
  };
  const end = async (keep: boolean) => {
    const ended = open;
    open = null;
    if (ended === null || ended === "at the first write") return;
    await ended.end(keep);
    // A rollback takes the clock back too.
    if (!keep) shownMs = 0;
  };
  return async (command) => {
    switch (command.kind) {
      case "begin":
        open = "at the first write";
        return;
      case "keep":
      case "undo":
        return end(command.kind === "keep");
      case "call": {
        const { name, args, nowMs, lastId } = command;
        const writes = !READS.includes(name);
        if (open === "at the first write" && writes) open = await begin(session);
        const db = open === null || open === "at the first write" ? session : open.db;
        await show(db, nowMs, writes ? lastId : null);
        const run = postgresStore(db, FIRST_LANE)[name as "isKilled"] as (
          ...args: readonly unknown[]
        ) => Promise<unknown>;
        return run(...args);
      }
      case "enlist":
        await session.execute(sql`select setval('kustodia.reactor_number', ${command.holder}),
          pg_advisory_lock(${REACTOR_LOCK_CLASS}, ${command.holder})`);
        return;
      case "strike":
        await session.execute(sql`select pg_advisory_unlock(${REACTOR_LOCK_CLASS}, ${command.holder})`);
        return;
      case "index":
        return showIndex(session, command);
      case "people": {
        await show(session, command.nowMs, null);
        if (!begun) await session.update(schema.installation).set({ createdAtMs: command.nowMs });
        begun = true;
        return savePeople(session, command);
      }
      case "rows":
        return session.select().from(tables[command.table]);
    }
  };
}

/** Opens a transaction that stays open between commands. */
function begin(session: Database): Promise<Open> {
  return new Promise((opened, failed) => {
    const ended = session
      .transaction(
        (tx) =>
          new Promise<void>((keep, undo) => {
            const end = async (isKept: boolean) => {
              if (isKept) keep();
              else undo(UNDONE);
              await ended;
            };
            // In it the store's own transactions are savepoints: all else is the same.
            opened({ db: tx as unknown as Database, end });
          }),
      )
      .catch((error: unknown) => {
        if (error !== UNDONE) throw error;
      });
    ended.catch(failed);
  });
}

const UNDONE = new Error("The world took it back.");

async function showIndex(session: Database, { gone, logs, chainId, checkpoint }: Command & { kind: "index" }) {
  if (gone.length > 0) {
    await session.execute(sql`delete from chain.chain_event where block_hash = any(${sql.param(gone)}::text[])`);
  }
  if (logs.length > 0) {
    await session.execute(sql`insert into chain.chain_event
      select * from jsonb_populate_recordset(null::chain.chain_event, ${JSON.stringify(logs)}::jsonb)`);
  }
  await session.execute(sql`insert into chain._ponder_checkpoint values (${chainId}, ${checkpoint})
    on conflict (chain_id) do update set latest_checkpoint = excluded.latest_checkpoint`);
}

async function savePeople(session: Database, rows: PeopleRows): Promise<void> {
  const { customers, payments, parties, legs, accounts, claims, rulings, pulls } = rows;
  for (const row of customers) await session.insert(schema.customer).values(row);
  for (const row of payments) await session.insert(payment).values(row);
  for (const row of parties) await session.insert(party).values(row);
  for (const row of legs) {
    const { dueAtMs, wokenAtMs } = row;
    await session
      .insert(leg)
      .overridingSystemValue()
      .values(row)
      .onConflictDoUpdate({ target: leg.id, set: { dueAtMs, wokenAtMs } });
  }
  for (const row of accounts) await session.insert(schema.payoutAccount).overridingSystemValue().values(row);
  for (const row of claims) {
    await session.insert(claim).overridingSystemValue().values(row);
    await session.delete(unassignedDeposit).where(eq(unassignedDeposit.issuanceId, row.outsideId));
  }
  for (const row of rulings) await session.insert(ruling).values(row);
  for (const row of pulls) {
    const { liftedAtMs, liftedBy, liftReason } = row;
    await session
      .insert(killSwitch)
      .values(row)
      .onConflictDoUpdate({ target: killSwitch.id, set: { liftedAtMs, liftedBy, liftReason } });
  }
}
