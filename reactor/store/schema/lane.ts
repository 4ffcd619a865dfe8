import { sql } from "drizzle-orm";
import { check, integer, text } from "drizzle-orm/pg-core";
import { FIRST_ACCOUNT, FIRST_LANE, LANE_STATES, type LaneState } from "../../payments/lanes.ts";
import { chain } from "./chain.ts";
import { kustodia, moment } from "./columns.ts";

/**
 * A lane is a signer and its escrow contract, on one chain and one bank account; its addresses are controls. Each payment goes by one lane, and
 * a reactor drives one. An account is what its lanes are: it is open while one of them is, and drained with the last.
 */
export const lane = kustodia.table(
  "lane",
  {
    name: text("name").primaryKey(),
    /** Of the bank: where its payments come in and are paid from, for life. */
    account: text("account").notNull().default(FIRST_ACCOUNT),
    /** On which chain its signer and contract are, for life; null before its first reactor was started. */
    chainId: integer("chain_id").references(() => chain.id),
    state: text("state").$type<LaneState>().notNull(),
    /** Who put it into this state, and why; nobody for how it began. */
    setBy: text("set_by").array(),
    reason: text("reason"),
    sinceMs: moment("since").notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    check("lane_name", sql`${table.name} ~ '^[a-z][a-z0-9-]{0,31}$'`),
    check("lane_account", sql`${table.account} ~ '^[a-z][a-z0-9-]{0,31}$'`),
    check("lane_state", sql`${table.state} in (${sql.raw(LANE_STATES.map((name) => `'${name}'`).join(", "))})`),
    check("lane_changed_for_a_reason", sql`(${table.setBy} is null) = (${table.reason} is null)`),
    check(
      "lane_opened_by_two",
      sql`${table.state} = 'proposed'
        or (${table.name} = ${sql.raw(`'${FIRST_LANE}'`)} and ${table.state} = 'open' and ${table.setBy} is null)
        or coalesce(case ${table.state} when 'open'
          then cardinality(${table.setBy}) = 2 and lower(${table.setBy}[1]) <> lower(${table.setBy}[2])
          else cardinality(${table.setBy}) = 1 end, false)`,
    ),
  ],
);
