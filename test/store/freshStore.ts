import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { FIRST_ACCOUNT } from "../../reactor/payments/lanes.ts";
import type { Leg, LegKind } from "../../reactor/payments/leg.ts";
import { DAY_MS } from "../../reactor/payments/table.ts";
import { createPayment } from "../../reactor/store/createPayment.ts";
import { type Database, openDatabase } from "../../reactor/store/database.ts";
import { REACTOR_LOCK_CLASS } from "../../reactor/store/identity.ts";
import { toLeg } from "../../reactor/store/legRow.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import { leg } from "../../reactor/store/schema/index.ts";
import { type FreshDatabase, freshTables } from "../harness/freshDatabase.ts";
import { carriedIn } from "../payments/knownFacts.ts";

export interface FreshStore extends FreshDatabase {
  db: Database;
  installationId: string;
}

/** A migrated database of the test file's own, and twenty connections to it, so that races are real. */
export async function freshStore(): Promise<FreshStore> {
  const database = await freshTables();
  const installationId = await migrate(database.url);
  // Dropping the database cuts idle connections off; that is meant, and must not end the test process.
  const open = openDatabase(database.url, 20, () => undefined);
  return {
    ...database,
    db: open.db,
    installationId,
    close: async () => {
      await open.close();
      await database.close();
    },
  };
}

export const AMOUNT_CENTAVOS = 1_500_50n;
let clabes = 0;

/** A CLABE that no payment of this file has yet. Its check digit is of no concern to the store. */
export function freshClabe(): string {
  clabes += 1;
  return `646180${String(clabes).padStart(12, "0")}`;
}

/** A payment as the API creates it. @returns its number. */
export async function storePayment(
  db: Database,
  depositClabe = freshClabe(),
  nowMs = Date.now(),
  account = FIRST_ACCOUNT,
): Promise<number> {
  const created = await createPayment(
    db,
    {
      id: null,
      lane: null,
      account,
      externalId: null,
      customerId: `customer of ${depositClabe}`,
      payerName: "Ana",
      refundClabe: null,
      payerEmail: null,
      recipientEmail: null,
      parts: [
        {
          ...{ payee: "seller", source: "custody", amountCentavos: AMOUNT_CENTAVOS },
          account: { legalName: "Beto", clabe: "032180000118359719" },
        },
      ],
      depositClabe,
      amountCentavos: AMOUNT_CENTAVOS,
      custodyEndMs: nowMs + DAY_MS,
      releaseBy: "operator",
      expiresAtMs: nowMs + 7 * DAY_MS,
      nowMs,
      description: null,
      conditions: null,
      allowSameAmount: true,
      salt: "salt",
      actor: "prueba",
      answerKey: null,
      requestHash: randomUUID(),
    },
    { operationCentavos: null, dayCentavos: null },
  );
  if (created.kind !== "created") throw new Error(`The payment was not created: ${created.kind}.`);
  return created.paymentId;
}

export async function readLeg(db: Database, paymentId: number, kind: LegKind): Promise<Leg> {
  return toLeg(await readLegRow(db, paymentId, kind));
}

/** The whole row, with what only the store knows: lease, due time, wake-up. */
export async function readLegRow(db: Database, paymentId: number, kind: LegKind) {
  const [row] = await db
    .select()
    .from(leg)
    .where(and(eq(leg.paymentId, paymentId), eq(leg.kind, kind)));
  if (row === undefined) throw new Error(`Payment ${paymentId} has no ${kind} leg.`);
  return row;
}

/** Puts a leg into a state with its facts, as if it had come there by itself. @returns the leg. */
export async function putLeg(db: Database, paymentId: number, kind: LegKind, state: string): Promise<Leg> {
  const { id } = await readLegRow(db, paymentId, kind);
  await db
    .update(leg)
    .set({ state: state as Leg["state"], carried: carriedIn(kind, state) })
    .where(eq(leg.id, id));
  return readLeg(db, paymentId, kind);
}

/** Cuts the session off that proves a reactor's life, as a kill -9 does. Locks are the whole server's, so it looks at this database's only. */
export async function cutOff(pool: FreshStore["pool"], holder: number): Promise<void> {
  const { rows } = await pool.query(`select pg_terminate_backend(pid) ${REACTOR_LOCKS} and objid = $1`, [holder]);
  if (rows.length !== 1) throw new Error(`Reactor ${holder} had ${rows.length} sessions to cut off.`);
}

/** How many reactors of this database live. */
export async function livingReactors(pool: FreshStore["pool"]): Promise<number> {
  return (await pool.query(`select 1 ${REACTOR_LOCKS}`)).rows.length;
}

const REACTOR_LOCKS = `from pg_locks where locktype = 'advisory' and classid = ${REACTOR_LOCK_CLASS}
  and database = (select oid from pg_database where datname = current_database())`;
