import { onchainTable } from "ponder";

export const escrowEvent = onchainTable("escrow_event", (t) => ({
  id: t.text().primaryKey(),
  kind: t.text().notNull(),
  escrowId: t.bigint().notNull(),
}));
