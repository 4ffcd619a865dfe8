import { maskClabe } from "../../../reactor/payments/clabe.ts";
import type { ClaimSource } from "../../../reactor/payments/decision.ts";
import {
  type Matching,
  matchDeposits,
  type Payable,
  type UnclaimedMoney,
} from "../../../reactor/payments/matchDeposits.ts";
import { BASE_UNITS_PER_CENTAVO, toPesos } from "../../../reactor/payments/money.ts";
import type { StoredEvent } from "../../../reactor/store/appendEvent.ts";
import type { Transaction } from "../../../reactor/store/port.ts";
import type { Books } from "./books.ts";

const FUNDABLE = ["awaiting", "seen"] as const;
const ANNOUNCEABLE = ["awaiting", "issuing", "issued"] as const;
const THIRTY_DAYS_MS = 30 * 86_400_000;

/** Deposits given to the legs that wait for them, as reactor/store/assignDeposits.ts does; the matching itself is the real one. */
export async function assignDeposits(books: Books, tx: Transaction) {
  const issuances = unclaimedIssuances(books);
  const funding = matchDeposits(payables(books, FUNDABLE, "issuance", "spei_deposit"), issuances);
  const funded = await claimAll(books, tx, funding, "issuance", FUNDABLE);
  const events = await recordUnassigned(books, tx, funding, issuances);
  const announcing = matchDeposits(payables(books, ANNOUNCEABLE, "spei_deposit", "issuance"), unclaimedDeposits(books));
  const announced = await claimAll(books, tx, announcing, "spei_deposit", ANNOUNCEABLE);
  return { assigned: funded + announced, events };
}

function payables(books: Books, states: readonly string[], lacks: ClaimSource, has: ClaimSource): readonly Payable[] {
  const holds = (legId: number, source: ClaimSource) =>
    books.claimsOf.of(legId).some((row) => row.source === source && row.freedAtMs === null);
  return states
    .flatMap((state) => books.byWord.of(state))
    .flatMap((row): Payable[] => {
      const isRecent = row.enteredAtMs > books.nowMs() - THIRTY_DAYS_MS;
      const payment = books.payments.get(row.paymentId);
      if (row.kind !== "deposit" || !payment || !isRecent || holds(row.id, lacks)) return [];
      const { depositClabe: clabe, createdAtMs } = payment;
      return [{ legId: row.id, clabe, amountCentavos: row.amountCentavos, createdAtMs, expected: holds(row.id, has) }];
    });
}

function unclaimedIssuances(books: Books): readonly UnclaimedMoney[] {
  return books.bankByType.of("ISSUANCE").flatMap((row) => {
    const { id, receiverClabe: clabe, amountBaseUnits, createdAtMs } = row;
    if (row.refunded || row.status === "FAILED" || books.claimsOn.count(`issuance:${id}`) > 0) return [];
    if (clabe === null || amountBaseUnits % BASE_UNITS_PER_CENTAVO !== 0n) return [];
    return [{ id, clabe, amountCentavos: amountBaseUnits / BASE_UNITS_PER_CENTAVO, createdAtMs }];
  });
}

function unclaimedDeposits(books: Books): readonly UnclaimedMoney[] {
  return [...books.spei.all()].flatMap(({ fid, receiverClabe, amountCentavos, status, createdAtMs }) =>
    status === "failed" || books.claimsOn.count(`spei_deposit:${fid}`) > 0
      ? []
      : [{ id: fid, clabe: receiverClabe, amountCentavos, createdAtMs }],
  );
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
  const found = [
    ...matching.unmatched.map((id) => ({ id, why: "unmatched", legIds: [] as readonly number[] })),
    ...matching.held.map(({ id, legIds }) => ({ id, why: "several_payments_match", legIds })),
  ];
  const events: StoredEvent[] = [];
  for (const { id, why, legIds } of found) {
    const entry = money.find((one) => one.id === id);
    if (entry === undefined || books.unassigned.get(id)?.why === why) continue;
    books.unassigned.put(id, { why });
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
    events.push(...(await tx.appendEvents([{ paymentId: null, legId: null, type, data, actor: "kustodia" }])));
  }
  return events;
}
