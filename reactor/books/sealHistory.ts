import type { Database } from "../store/database.ts";
import {
  insertSeals,
  type Place,
  readSealHeads,
  readUnsealed,
  recentHistory,
  type Seal,
  takeSealing,
} from "../store/seals.ts";
import { BEGINNING, hashOf } from "./hashOf.ts";

const BATCH = 2_000;

/**
 * Seals the next rows of the history, each onto its payment's chain.
 * @param above from where on it looks; null: where new rows are.
 * @returns whether it sealed any, and from where on there may be more: null at the end, and the same place while another reactor seals.
 */
export async function sealHistory(
  db: Database,
  above: Place | null,
): Promise<Readonly<{ sealed: boolean; next: Place | null }>> {
  return db.transaction(async (tx) => {
    if (!(await takeSealing(tx))) return { sealed: false, next: above };
    const { rows, next } = await readUnsealed(tx, above ?? (await recentHistory(tx)), BATCH);
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
    return { sealed: rows.length > 0, next };
  });
}
