import type { ClaimSource } from "../../../reactor/payments/decision.ts";
import type { BankRow, ClaimRow, SpeiRow } from "./books.ts";
import { type Index, watchedBy } from "./table.ts";

type Money = Extract<ClaimSource, "bank_transaction" | "issuance" | "spei_deposit">;

const SOURCES: Readonly<Partial<Record<BankRow["type"], Money>>> = {
  ...{ ISSUANCE: "issuance", CRYPTO_WITHDRAWAL: "bank_transaction", REDEMPTION: "bank_transaction" },
};

/**
 * What the bank showed and no leg has claimed, kept in step with every write: Postgres finds it by an index, and going over all
 * that was ever shown at each reading is most of what a large world would cost.
 */
export function keepUnclaimed() {
  const shown = { bank_transaction: new Set<string>(), issuance: new Set<string>(), spei_deposit: new Set<string>() };
  const held = new Map<string, number>();
  const left = { bank_transaction: new Set<string>(), issuance: new Set<string>(), spei_deposit: new Set<string>() };
  const look = (source: Money, id: string) => {
    const isLeft = shown[source].has(id) && (held.get(`${source}:${id}`) ?? 0) === 0;
    if (isLeft) left[source].add(id);
    else left[source].delete(id);
  };
  const show = (source: Money | undefined, id: string, isThere: boolean) => {
    if (source === undefined || shown[source].has(id) === isThere) return;
    if (isThere) shown[source].add(id);
    else shown[source].delete(id);
    look(source, id);
  };
  // A debit whose claim was freed may be claimed again; money that was given once goes back to its sender, or stays.
  const holds = (row: ClaimRow | undefined) =>
    row !== undefined && (row.source !== "bank_transaction" || !row.freedAtMs);
  const hold = (row: ClaimRow, by: number) => {
    if (!isMoney(row.source) || by === 0) return;
    const name = `${row.source}:${row.outsideId}`;
    held.set(name, (held.get(name) ?? 0) + by);
    look(row.source, row.outsideId);
  };
  return {
    of: (source: Money): readonly string[] => [...left[source]],
    bank: (): Index<BankRow> =>
      watchedBy((before, after, key) =>
        show(SOURCES[(after ?? before)?.type ?? "CONVERSION"], String(key), after !== undefined),
      ),
    spei: (): Index<SpeiRow> => watchedBy((_, after, key) => show("spei_deposit", String(key), after !== undefined)),
    claims: (): Index<ClaimRow> =>
      watchedBy((before, after) => {
        const row = after ?? before;
        if (row) hold(row, Number(holds(after)) - Number(holds(before)));
      }),
  };
}

const isMoney = (source: string): source is Money =>
  source === "bank_transaction" || source === "issuance" || source === "spei_deposit";
