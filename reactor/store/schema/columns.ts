import { customType, pgSchema } from "drizzle-orm/pg-core";

/** All of our tables live in one schema of their own; Ponder's are elsewhere and are never written by us. */
export const kustodia = pgSchema("kustodia");

/** A moment: `timestamptz` in the database, unix milliseconds in the program. */
export const moment = customType<{ data: number; driverData: string }>({
  dataType: () => "timestamp with time zone",
  toDriver: (ms) => new Date(ms).toISOString(),
  fromDriver: (text) => new Date(text).getTime(),
});

/** An amount of a uint256: any log may carry one, so eight bytes are not enough. */
export const uint256 = customType<{ data: bigint; driverData: string }>({
  dataType: () => "numeric(78, 0)",
  toDriver: (value) => value.toString(),
  fromDriver: (text) => BigInt(text),
});

/** The number of the transaction that wrote a row, which tells when no older one can appear any more. */
export const xid8 = customType<{ data: bigint; driverData: string }>({
  dataType: () => "xid8",
  toDriver: (value) => value.toString(),
  fromDriver: (text) => BigInt(text),
});
