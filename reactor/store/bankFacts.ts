import { and, eq, or, sql } from "drizzle-orm";
import type { BankFact } from "../payments/facts.ts";
import type { Leg } from "../payments/leg.ts";
import { anyOf } from "./anyOf.ts";
import { builtOnce } from "./builtOnce.ts";
import type { Queryable } from "./database.ts";
import type { AttemptRow, ClaimRow, OwnRow } from "./factsOf.ts";
import { bankTransaction, speiDeposit } from "./schema/index.ts";

/** A bank transaction and the leg that it concerns; `spei` links it only through the SPEI deposit that the leg saw. */
export type BankRow = BankFact & Readonly<{ legId: number; link: "named" | "spei" }>;
export type BankRows = readonly BankRow[];

const { id, type, status, amountBaseUnits, txHash, refunded, createdAtMs } = bankTransaction;
const OF_BANK = { id, type, status, amountBaseUnits, txHash, refunded, createdAtMs };

const shownOf = builtOnce((db) => {
  const isNamed = or(anyOf(id, sql.placeholder("ids")), anyOf(txHash, sql.placeholder("hashes")));
  return db
    .select(OF_BANK)
    .from(bankTransaction)
    .where(and(eq(bankTransaction.account, sql.placeholder("account")), isNamed))
    .prepare("");
});

/** Which transactions of the bank legs' orders and claims name, each with the legs that do. */
export function namedByLegs(
  legs: readonly Leg[],
  attempts: readonly AttemptRow[],
  claims: readonly ClaimRow[],
): ReadonlyMap<string, ReadonlySet<number>> {
  const named = new Map<string, Set<number>>();
  const name = (id: string | null | undefined, legId: number) => {
    if (id) named.set(id, (named.get(id) ?? new Set()).add(legId));
  };
  for (const row of attempts) name(row.outsideId, row.legId);
  for (const row of claims)
    if (row.source === "issuance" || row.source === "bank_transaction") name(row.outsideId, row.legId);
  for (const one of legs) {
    name(one.carried.issuanceId, one.id);
    name(one.carried.redemptionId, one.id);
    name(one.carried.withdrawalId, one.id);
  }
  return named;
}

/** The transactions of the legs' own bank account that their orders, claims or own transfers name. */
export async function readBankRows(
  db: Queryable,
  account: string,
  legs: readonly Leg[],
  attempts: readonly AttemptRow[],
  claims: readonly ClaimRow[],
  own: readonly OwnRow[],
): Promise<BankRows> {
  const named = namedByLegs(legs, attempts, claims);
  const hashes = own.flatMap((tx) => (tx.hash && tx.legId !== null ? [{ hash: tx.hash, legId: tx.legId }] : []));
  const ids = [...named.keys()];
  const rows =
    ids.length + hashes.length === 0
      ? []
      : await shownOf(db).execute({ account, ids, hashes: hashes.map((one) => one.hash) });
  const byName = rows.flatMap((row) => {
    const legIds = new Set(named.get(row.id));
    for (const one of hashes) if (one.hash === row.txHash) legIds.add(one.legId);
    return [...legIds].map((legId): BankRow => ({ ...row, legId, link: "named" }));
  });
  return [...byName, ...(await readRefusedDeposits(db, legs))];
}

/** Issuances that the bank refused or gave back for a SPEI deposit that a leg saw: linked by the SPEI's own reference. */
async function readRefusedDeposits(db: Queryable, legs: readonly Leg[]): Promise<BankRows> {
  const seen = legs.flatMap((one) =>
    one.state === "seen" && one.carried.fid ? [{ legId: one.id, fid: one.carried.fid }] : [],
  );
  if (seen.length === 0) return [];
  const rows = await db
    .select({ issuance: OF_BANK, fid: speiDeposit.fid })
    .from(speiDeposit)
    .innerJoin(
      bankTransaction,
      and(
        eq(bankTransaction.type, "ISSUANCE"),
        eq(bankTransaction.account, speiDeposit.account),
        or(eq(bankTransaction.fiatId, speiDeposit.fid), eq(bankTransaction.fiatId, speiDeposit.claveRastreo)),
      ),
    )
    .where(
      anyOf(
        speiDeposit.fid,
        seen.map((one) => one.fid),
      ),
    );
  return rows.flatMap(({ issuance, fid }) =>
    seen.filter((one) => one.fid === fid).map((one): BankRow => ({ ...issuance, legId: one.legId, link: "spei" })),
  );
}
