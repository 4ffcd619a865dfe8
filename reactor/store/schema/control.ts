import { sql } from "drizzle-orm";
import { check, integer, text, unique } from "drizzle-orm/pg-core";
import { CEILINGS, type ControlName, PINNED } from "../../payments/controls.ts";
import { FIRST_LANE } from "../../payments/lanes.ts";
import { kustodia, moment } from "./columns.ts";

const listed = (names: readonly string[]) => sql.raw(names.map((name) => `'${name}'`).join(", "));

/**
 * How much may leave, and to which addresses: of each name and lane the highest version is in force. The first one is the
 * configuration's, when the database is first started on; every later one two persons stand for, and the database refuses
 * any other. Append-only: a trigger refuses anything else.
 */
export const control = kustodia.table(
  "control",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
    name: text("name").$type<ControlName>().notNull(),
    /** Whose address it is; the ceilings are the whole company's, and stand with the first lane. */
    lane: text("lane").notNull().default(FIRST_LANE),
    version: integer("version").notNull(),
    /** Centavos of a ceiling; an address in lower case. */
    value: text("value").notNull(),
    /** The two who stand for it; null: the configuration. */
    setBy: text("set_by").array(),
    reason: text("reason"),
    setAtMs: moment("set_at").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    unique("control_is_versioned_by_lane").on(table.lane, table.name, table.version),
    check(
      "control_fits_its_name",
      sql`(${table.name} in (${listed(CEILINGS)}) and ${table.value} ~ '^[1-9][0-9]{0,17}$' and ${table.lane} = ${listed([FIRST_LANE])})
        or (${table.name} in (${listed(PINNED)}) and ${table.value} ~ '^0x[0-9a-f]{40}$')`,
    ),
    check(
      "control_changed_by_two",
      sql`case when ${table.version} = 1 then ${table.setBy} is null and ${table.reason} is null
        else ${table.version} > 1 and ${table.reason} is not null and coalesce(cardinality(${table.setBy}) = 2
          and lower(${table.setBy}[1]) <> lower(${table.setBy}[2]), false) end`,
    ),
  ],
);
