import { and, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import {
  CEILINGS,
  type Ceilings,
  CONTROL_NAMES,
  type ControlName,
  type Controls,
  isCeiling,
  PINNED,
  pinnedOf,
} from "../payments/controls.ts";
import { FIRST_LANE, type LaneAddresses } from "../payments/lanes.ts";
import type { Queryable } from "./database.ts";
import { control } from "./schema/index.ts";

/** A control as it is in force. */
export type Control = typeof control.$inferSelect;

/**
 * Takes the configuration's values where none is in force yet: the ceilings, which are the whole company's, and the lane's
 * addresses. Of two reactors that start at once the first one's stay.
 */
export async function adoptControls(db: Queryable, lane: string, configured: Controls): Promise<void> {
  const first = CONTROL_NAMES.map((name) => ({
    ...{ name, version: 1, value: configured[name] },
    lane: isCeiling(name) ? FIRST_LANE : lane,
  }));
  await db.insert(control).values(first).onConflictDoNothing();
}

/** What is in force for a lane, in the order of their names' list: ceilings and its addresses; none before a first start. */
export async function readControls(db: Queryable, lane: string): Promise<readonly Control[]> {
  const rows = [...(await newest(db, FIRST_LANE, CEILINGS)), ...(await newest(db, lane, PINNED))];
  return CONTROL_NAMES.flatMap((name) => rows.filter((row) => row.name === name));
}

/** How much may leave now. @throws Error on a database on which no reactor was ever started. */
export async function readCeilings(db: Queryable): Promise<Ceilings> {
  const rows = await newest(db, FIRST_LANE, CEILINGS);
  const centavosOf = (name: (typeof CEILINGS)[number]) => {
    const row = rows.find((one) => one.name === name);
    if (row === undefined) throw new Error(`No ${name} is in force: no reactor was ever started on this database.`);
    return BigInt(row.value);
  };
  return {
    payoutCentavos: centavosOf("payout_ceiling"),
    hourCentavos: centavosOf("hour_ceiling"),
    dayCentavos: centavosOf("day_ceiling"),
    allowanceCentavos: centavosOf("allowance"),
  };
}

/** @returns the names of the addresses that are no longer in force as a reactor was started with them. */
export async function movedAddresses(db: Queryable, addresses: LaneAddresses): Promise<readonly ControlName[]> {
  const started = pinnedOf(addresses);
  const rows = await newest(db, addresses.lane, PINNED);
  return PINNED.filter((name) => rows.some((row) => row.name === name && row.value !== started[name]));
}

/** The same as a condition: whether any address has moved since a reactor was started with these. */
export function isMoved(addresses: LaneAddresses): SQL {
  const started = sql.param(JSON.stringify(pinnedOf(addresses)));
  return sql`exists (select from kustodia.control pinned, jsonb_each_text(${started}::jsonb) started
    where pinned.lane = ${addresses.lane} and pinned.name = started.key and pinned.value <> started.value and not exists (
      select from kustodia.control newer
      where newer.lane = pinned.lane and newer.name = pinned.name and newer.version > pinned.version))`;
}

type Change = Readonly<{
  name: ControlName;
  lane: string;
  version: number;
  value: string;
  setBy: readonly string[];
  reason: string;
}>;

/**
 * Puts another value in force, everywhere and at once. @returns false when this version is there already.
 * @throws Error of the database when it is not two persons' word.
 */
export async function changeControl(tx: Queryable, { setBy, ...change }: Change): Promise<boolean> {
  const changed = await tx
    .insert(control)
    .values({ ...change, setBy: [...setBy] })
    .onConflictDoNothing()
    .returning({ id: control.id });
  return changed.length > 0;
}

const newest = (db: Queryable, lane: string, names: readonly ControlName[]) =>
  db
    .selectDistinctOn([control.name])
    .from(control)
    .where(and(eq(control.lane, lane), inArray(control.name, [...names])))
    .orderBy(control.name, desc(control.version));
