import type { BankFact } from "../../../reactor/payments/facts.ts";
import type { Leg } from "../../../reactor/payments/leg.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../../reactor/payments/money.ts";
import type { BankRow as NamedBankRow } from "../../../reactor/store/bankFacts.ts";
import type { Lookup } from "../../../reactor/store/candidates.ts";
import { factsOf, nowOf, openOrder } from "../../../reactor/store/factsOf.ts";
import { toDebit } from "../../../reactor/store/judgeDebits.ts";
import type { Store } from "../../../reactor/store/port.ts";
import type { AttemptRow, Books, ClaimRow, OwnRow } from "./books.ts";

const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Gathers the rows that concern a batch, as reactor/store/facts.ts does; what they mean is read by the real factsOf. */
export function factsIn(books: Books): Pick<Store, "loadFacts"> {
  return {
    loadFacts: async (legs, context, nowMs) => {
      const paymentIds = [...new Set(legs.map((one) => one.paymentId))];
      const attempts = legs.flatMap((one) => books.attemptsOf.of(one.id)).sort((a, b) => a.id - b.id);
      const claims = legs.flatMap((one) => books.claimsOf.of(one.id)).filter((row) => row.freedAtMs === null);
      const own = legs.flatMap((one) => books.ownOf.of(one.id));
      const bank = bankRows(books, legs, attempts, claims, own);
      const heads = books.heads.get(context.chainId);
      const reading = books.readings.get("last");
      const now = nowOf(
        { killed: books.openPulls().length > 0, heads, reading, indexed: books.index.head() },
        context,
        nowMs,
      );
      const logs = books.index.logsOf(
        [...own.flatMap((tx) => tx.hash ?? []), ...bank.flatMap((row) => row.txHash ?? [])],
        legs.flatMap((one) => one.carried.escrowId ?? []),
      );
      const taken = new Map(
        logs.flatMap((log) =>
          books.claimsOn
            .of(`token_transfer:${log.key}`)
            .flatMap((row): [string, number][] => (row.freedAtMs === null ? [[log.key, row.legId]] : [])),
        ),
      );
      const lookups = new Map<number, Lookup>();
      for (const one of legs) {
        const open = openOrder(one, attempts);
        if (open) lookups.set(one.id, candidatesOf(books, one, open));
      }
      const rows = {
        payments: paymentIds.flatMap((id) => books.payments.get(id) ?? []),
        siblings: paymentIds.flatMap((id) => books.ofPayment.of(id)),
        attempts: attempts.map(({ key: _key, evidence: _evidence, ...row }) => row),
        ...{ claims, own, bank, now, logs, taken, lookups },
        rulings: legs.flatMap((one) => books.rulingsOf.of(one.id)),
        settled: logs.flatMap((log) => books.settled.get(String(log.blockNumber)) ?? []),
        refunds: legs.flatMap((one) => refundOf(books, one)),
        watched: legs.flatMap((one) => books.unsettledOf.of(one.id)),
        screenings: [],
        strays: books.strays().map(toDebit),
        accounts: legs
          .filter(({ kind, state }) => kind === "payout" && (state === "account" || state === "waiting"))
          .flatMap(({ id: legId }) => books.accountsOf.of(legId).map(({ payee }) => ({ legId, payee }))),
      };
      return factsOf(legs, rows, context, nowMs);
    },
  };
}

function bankRows(
  books: Books,
  legs: readonly Leg[],
  attempts: readonly AttemptRow[],
  claims: readonly ClaimRow[],
  own: readonly OwnRow[],
): readonly NamedBankRow[] {
  const pairs = new Map<string, NamedBankRow>();
  const name = (legId: number | null, id: string | null | undefined) => {
    const row = id ? books.bank.get(id) : undefined;
    if (row && legId !== null) pairs.set(`${legId}:${row.id}`, { ...factOf(row), legId, link: "named" });
  };
  for (const row of attempts) name(row.legId, row.outsideId);
  for (const row of claims) {
    if (row.source === "issuance" || row.source === "bank_transaction") name(row.legId, row.outsideId);
  }
  for (const { id, carried } of legs) {
    for (const named of [carried.issuanceId, carried.redemptionId, carried.withdrawalId]) name(id, named);
  }
  for (const tx of own) for (const row of tx.hash ? books.bankByHash.of(tx.hash) : []) name(tx.legId, row.id);
  const refused = legs.flatMap((one) => {
    const spei = one.state === "seen" && one.carried.fid ? books.spei.get(one.carried.fid) : undefined;
    if (spei === undefined) return [];
    const issuances = [...new Set([spei.fid, spei.claveRastreo])].flatMap((ref) =>
      ref ? books.bankByFiat.of(ref) : [],
    );
    return issuances
      .filter((row) => row.type === "ISSUANCE")
      .map((row): NamedBankRow => ({ ...factOf(row), legId: one.id, link: "spei" }));
  });
  return [...pairs.values(), ...refused];
}

const factOf = ({ id, type, status, amountBaseUnits, txHash, refunded, createdAtMs }: BankFact): BankFact => ({
  ...{ id, type, status, amountBaseUnits, txHash, refunded, createdAtMs },
});

function candidatesOf(books: Books, leg: Leg, order: Omit<AttemptRow, "key" | "evidence">): Lookup {
  if (order.action !== "withdraw" && order.action !== "redeem") return { candidates: [], rivals: 0, turn: 0 };
  const withdraws = order.action === "withdraw";
  const type = withdraws ? "CRYPTO_WITHDRAWAL" : "REDEMPTION";
  const destination = withdraws ? books.bridge : (leg.carried.bankAccountId ?? "");
  const candidates = books.bankByAmount
    .of(`${type}:${leg.amountCentavos * BASE_UNITS_PER_CENTAVO}`)
    .filter((row) => {
      const shown = withdraws ? (row.address?.toLowerCase() ?? null) : row.bankAccountId;
      const isClaimed = books.claimsOn.of(`bank_transaction:${row.id}`).some((claim) => claim.freedAtMs === null);
      const inTime = row.createdAtMs >= order.sentAtMs - CLOCK_TOLERANCE_MS;
      return (shown === null || shown === destination) && inTime && !isClaimed;
    })
    .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  const wants = (row: AttemptRow) =>
    row.legId !== leg.id &&
    !books.attemptsOf
      .of(row.legId)
      .some(
        ({ action, generation, outcome }) =>
          action === row.action && generation === row.generation && outcome === "done",
      );
  const since = new Map<number, number>();
  for (const row of books.unknownOrders.of(`${order.action}:${order.amountCentavos}`)) {
    if (wants(row)) since.set(row.legId, Math.min(row.sentAtMs, since.get(row.legId) ?? row.sentAtMs));
  }
  const sentBefore = ([legId, sentAtMs]: readonly [number, number]) =>
    sentAtMs < order.sentAtMs || (sentAtMs === order.sentAtMs && legId < leg.id);
  return { candidates, rivals: since.size, turn: [...since].filter(sentBefore).length };
}

function refundOf(books: Books, leg: Leg): readonly { legId: number; id: string }[] {
  if (leg.state !== "failed_withdrawal" && leg.state !== "failed") return [];
  const failed = leg.state === "failed_withdrawal" ? leg.carried.withdrawalId : leg.carried.redemptionId;
  const refund = books.refundsOf
    .of(failed ?? "")
    .find((row) => row.amountBaseUnits === leg.amountCentavos * BASE_UNITS_PER_CENTAVO);
  return refund ? [{ legId: leg.id, id: refund.id }] : [];
}
