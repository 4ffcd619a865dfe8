import { integer, text } from "drizzle-orm/pg-core";
import { kustodia } from "./columns.ts";

/** A chain that lanes are on. Each has an indexer of its own, so that one whose node is silent holds up no other. */
export const chain = kustodia.table("chain", {
  /** As the chain itself tells it (EIP-155). */
  id: integer("id").primaryKey(),
  /** The schema of this database in which its indexer's views are. Another chain's are elsewhere. */
  indexSchema: text("index_schema").notNull().unique(),
  /** Blocks behind the indexed one that its reactors take for the soft head, as the last one was started with. */
  confirmations: integer("confirmations").notNull(),
});
