import { maskClabe } from "../../../reactor/payments/clabe.ts";
import type { ClaimSource } from "../../../reactor/payments/decision.ts";
import { FIRST_ACCOUNT } from "../../../reactor/payments/lanes.ts";
import {
  type Matching,
  matchDeposits,
  type Payable,
  type UnclaimedMoney,
} from "../../../reactor/payments/matchDeposits.ts";
import { BASE_UNITS_PER_CENTAVO, toPesos } from "../../../reactor/payments/money.ts";
import type { NewEvent, StoredEvent } from "../../../reactor/store/appendEvent.ts";
import type { Transaction } from "../../../reactor/store/port.ts";
import type { Books } from "./books.ts";
import { releaseGivenBack, suspend } from "./movements.ts";

const FUNDABLE = ["awaiting", "seen"] as const;
const ANNOUNCEABLE = ["awaiting", "issuing", "issued"] as const;
const THIRTY_DAYS_MS = 30 * 86_400_000;

/** Deposits given to the legs that wait for them, as reactor/store/assignDeposits.ts does; the matching itself is the real one. */
export async function assignDeposits(books: Books, tx: Transaction) {
  const issuances = unclaimedIssuances(books);
  const funding = matchDeposits(payables(books, FUNDABLE, issuances, "issuance", "spei_deposit"), issuances);
  const funded = await claimAll(books, tx, funding, "issuance", FUNDABLE);
  const events = await recordUnassigned(books, tx, funding, issuances);
  const deposits = unclaimedDeposits(books);
  const announcing = matchDeposits(payables(books, ANNOUNCEABLE, deposits, "spei_deposit", "issuance"), deposits);
  const announced = await claimAll(books, tx, announcing, "spei_deposit", ANNOUNCEABLE);
  return { assigned: funded + announced, events };
}

/** Only those to whose CLABE some of the money came: nobody else can be given any. */
function payables(
  books: Books,
  states: readonly string[],
  money: readonly UnclaimedMoney[],
  lacks: ClaimSource,
  has: ClaimSource,
): readonly Payable[] {
  if (money.length === 0) return [];
  const clabes = new Set(money.map(({ clabe }) => clabe));
  const holds = (legId: number, source: ClaimSource) =>
    books.claimsOf.of(legId).some((row) => row.source === source && row.freedAtMs === null);
  return states
    .flatMap((state) => books.byWord.of(state))
    .flatMap((row): Payable[] => {
      const isRecent = row.enteredAtMs > books.nowMs() - THIRTY_DAYS_MS;
      const payment = books.payments.get(row.paymentId);
      if (row.kind !== "deposit" || !payment || !clabes.has(payment.depositClabe)) return [];
      if (!isRecent || holds(row.id, lacks)) return [];
      const { depositClabe: clabe, createdAtMs } = payment;
      const given = { account: FIRST_ACCOUNT, clabe, createdAtMs };
      return [{ ...given, legId: row.id, amountCentavos: row.amountCentavos, expected: holds(row.id, has) }];
    });
}

function unclaimedIssuances(books: Books): readonly UnclaimedMoney[] {
  return books.unclaimed("issuance").flatMap((id) => {
    const row = books.bank.get(id);
    if (row === undefined || row.refunded || row.status === "FAILED") return [];
    const { account, receiverClabe: clabe, amountBaseUnits, createdAtMs } = row;
    if (clabe === null || amountBaseUnits % BASE_UNITS_PER_CENTAVO !== 0n) return [];
    return [{ id, account, clabe, amountCentavos: amountBaseUnits / BASE_UNITS_PER_CENTAVO, createdAtMs }];
  });
}

function unclaimedDeposits(books: Books): readonly UnclaimedMoney[] {
  return books.unclaimed("spei_deposit").flatMap((fid) => {
    const row = books.spei.get(fid);
    if (row === undefined || row.status === "failed") return [];
    const { account, receiverClabe: clabe, amountCentavos, createdAtMs } = row;
    return [{ id: fid, account, clabe, amountCentavos, createdAtMs }];
  });
}

async function claimAll(
  books: Books,
  tx: Transaction,
  matching: Matching,
  source: ClaimSource,
  states: readonly string[],
): Promise<number> {
  let given = 0;
  for (const { legId, id } of matching.assigned) {
    const row = books.legs.get(legId);
    if (row === undefined || !states.includes(row.state)) continue;
    const freed = { leaseHolder: null, leaseUntilMs: null };
    const nowMs = books.nowMs();
    books.legs.put(legId, { ...row, version: row.version + 1, dueAtMs: nowMs, wokenAtMs: nowMs, ...freed });
    await tx.insertClaims(legId, [{ source, outsideId: id }]);
    given++;
  }
  return given;
}

async function recordUnassigned(
  books: Books,
  tx: Transaction,
  matching: Matching,
  money: readonly UnclaimedMoney[],
): Promise<readonly StoredEvent[]> {
  for (const { id } of matching.assigned) books.unassigned.remove(id);
  releaseGivenBack(books);
  const found = [
    ...matching.unmatched.map((id) => ({ id, why: "unmatched", legIds: [] as readonly number[] })),
    ...matching.held.map(({ id, legIds }) => ({ id, why: "several_payments_match", legIds })),
  ];
  const events: NewEvent[] = [];
  for (const { id, why, legIds } of found) {
    const entry = money.find((one) => one.id === id);
    if (entry === undefined || books.unassigned.get(id)?.why === why) continue;
    books.unassigned.put(id, { why });
    suspend(books, id, entry.amountCentavos, "buyer");
    for (const legId of legIds) {
      const row = books.legs.get(legId);
      if (row) books.legs.put(legId, { ...row, reason: "several_payments_match" });
    }
    const { clabe, amountCentavos } = entry;
    const data = {
      amount: toPesos(amountCentavos),
      clabe: maskClabe(clabe),
      issuanceId: id,
      count: String(legIds.length),
    };
    const type = why === "unmatched" ? "deposito_sin_pago" : "deposito_por_asignar";
    events.push({ paymentId: null, legId: null, type, data, actor: "kustodia" });
  }
  return tx.appendEvents(events);
}
