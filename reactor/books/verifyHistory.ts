import { readClosingBreak, readMovementBreak } from "../store/checkEntries.ts";
import type { Queryable } from "../store/database.ts";
import { countUnsealed, readSealed, type Seal } from "../store/seals.ts";
import { BEGINNING, hashOf } from "./hashOf.ts";

/** The first thing in the history that is not as it was sealed. @property paymentId 0: of the installation; null: of no chain. */
export type Break = Readonly<{
  what: "seal_missing" | "seal_changed" | "row_missing" | "row_changed" | "movement_changed" | "closing_changed";
  paymentId: number | null;
  position: number | null;
  /** `event 17`, `entry 42`, `transfer 9`, or a closing by its moment. */
  row: string;
  expected: string;
  found: string;
}>;

/** @property unsealed rows that nobody has sealed yet: of the last seconds, or of a time without a reactor. */
export type Verdict = Readonly<{ chains: number; sealed: number; unsealed: number; firstBreak: Break | null }>;

const PAGE = 2_000;

/**
 * Walks every chain from its beginning and computes each hash anew from the row as it is now; then adds up the entries of
 * every movement and every closing. It ends at the first break. What was cut off a chain's end together with its seals shows
 * only against a position and hash that somebody else kept: a receipt.
 */
export async function verifyHistory(db: Queryable): Promise<Verdict> {
  const unsealed = await countUnsealed(db);
  let last: Pick<Seal, "paymentId" | "position" | "hash"> = { paymentId: -1, position: 0, hash: BEGINNING };
  let [chains, sealed] = [0, 0];
  const verdict = (firstBreak: Break | null): Verdict => ({ chains, sealed, unsealed, firstBreak });
  for (;;) {
    const page = await readSealed(db, last, PAGE);
    for (const seal of page) {
      if (seal.paymentId !== last.paymentId) {
        chains++;
        last = { paymentId: seal.paymentId, position: 0, hash: BEGINNING };
      }
      const { paymentId, position } = seal;
      const row = `${seal.source} ${seal.rowId}`;
      if (position !== last.position + 1) {
        const [expected, found] = [String(last.position + 1), String(position)];
        return verdict({ what: "seal_missing", paymentId, position: last.position + 1, row, expected, found });
      }
      const place = { paymentId, position, row };
      if (seal.previousHash !== last.hash)
        return verdict({ what: "seal_changed", ...place, expected: last.hash, found: seal.previousHash });
      if (seal.row === null) return verdict({ what: "row_missing", ...place, expected: seal.hash, found: "" });
      const found = hashOf(seal.row, position, last.hash);
      if (found !== seal.hash) return verdict({ what: "row_changed", ...place, expected: seal.hash, found });
      last = seal;
      sealed++;
    }
    if (page.length < PAGE) break;
  }
  return verdict((await readMovementBreak(db)) ?? (await readClosingBreak(db)));
}
