import { readClosingBreak, readMovementBreak } from "../store/checkEntries.ts";
import type { Queryable } from "../store/database.ts";
import { listArchived, readArchiveBreak } from "../store/months/archivedMonths.ts";
import { countUnsealed, readSealed, type Seal } from "../store/seals.ts";
import { BEGINNING, hashOf } from "./hashOf.ts";

/** The first thing in the history that is not as it was sealed. @property paymentId 0: of the installation; null: of no chain. */
export type Break = Readonly<{
  what:
    | "seal_missing"
    | "seal_changed"
    | "row_missing"
    | "row_changed"
    | "archive_changed"
    | "movement_changed"
    | "closing_changed";
  paymentId: number | null;
  position: number | null;
  /** `event 17`, `entry 42`, `transfer 9`, or a closing by its moment. */
  row: string;
  expected: string;
  found: string;
}>;

/**
 * @property archived of the seals, those whose row is in a file with its month: their chain goes on by the hash that was sealed.
 * @property unsealed rows that nobody has sealed yet: of the last seconds, or of a time without a reactor.
 */
export type Verdict = Readonly<{
  chains: number;
  sealed: number;
  archived: number;
  unsealed: number;
  firstBreak: Break | null;
}>;

const PAGE = 2_000;

/**
 * Walks every chain from its beginning and computes each hash anew from the row as it is now, where that is not in a file; holds
 * what is in files to the sealed events that say so; then adds up the entries of
 * every movement and every closing. It ends at the first break. What was cut off a chain's end together with its seals shows
 * only against a position and hash that somebody else kept: a receipt.
 */
export async function verifyHistory(db: Queryable): Promise<Verdict> {
  const unsealed = await countUnsealed(db);
  let last: Pick<Seal, "paymentId" | "position" | "hash"> = { paymentId: -1, position: 0, hash: BEGINNING };
  let [chains, sealed, archived] = [0, 0, 0];
  const verdict = (firstBreak: Break | null): Verdict => ({ chains, sealed, archived, unsealed, firstBreak });
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
      if (seal.row === null && !seal.isArchived)
        return verdict({ what: "row_missing", ...place, expected: seal.hash, found: "" });
      const found = seal.row === null ? seal.hash : hashOf(seal.row, position, last.hash);
      if (found !== seal.hash) return verdict({ what: "row_changed", ...place, expected: seal.hash, found });
      if (seal.row === null) archived++;
      last = seal;
      sealed++;
    }
    if (page.length < PAGE) break;
  }
  return verdict((await archiveBreak(db, archived)) ?? (await readMovementBreak(db)) ?? (await readClosingBreak(db)));
}

/** Files that are not as their sealed events say, or that do not account for all the rows that are not there. */
async function archiveBreak(db: Queryable, archived: number): Promise<Break | null> {
  const place = { what: "archive_changed", paymentId: null, position: null } as const;
  const changed = await readArchiveBreak(db);
  if (changed !== null) return { ...place, ...changed };
  const inFiles = (await listArchived(db)).reduce((sum, { rows }) => sum + rows, 0);
  if (inFiles === archived) return null;
  return { ...place, row: "archived_month", expected: String(inFiles), found: String(archived) };
}
