import type { Database } from "../store/database.ts";
import { insertSeals, readSealHeads, readUnsealed, type Seal, takeSealing } from "../store/seals.ts";
import { BEGINNING, hashOf } from "./hashOf.ts";

const BATCH = 2_000;

/**
 * Seals the next rows of the history, each onto its payment's chain.
 * @returns whether there may be more; false also while another reactor seals.
 */
export async function sealHistory(db: Database, where: "recent" | "all"): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await takeSealing(tx))) return false;
    const rows = await readUnsealed(tx, { where, limit: BATCH });
    const ends = new Map(await readSealHeads(tx, [...new Set(rows.map(({ paymentId }) => paymentId))]));
    const seals = rows.map((row): Seal => {
      const { source, rowId, paymentId } = row;
      const { position: last, hash: previousHash } = ends.get(paymentId) ?? { position: 0, hash: BEGINNING };
      const position = last + 1;
      const hash = hashOf(row, position, previousHash);
      ends.set(paymentId, { position, hash });
      return { paymentId, position, source, rowId, hash, previousHash };
    });
    await insertSeals(tx, seals);
    return rows.length === BATCH;
  });
}
