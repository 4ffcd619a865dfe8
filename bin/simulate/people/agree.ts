import { deadlineOf } from "../../../reactor/payments/apply.ts";
import { maskClabe } from "../../../reactor/payments/clabe.ts";
import { FIRST_LANE } from "../../../reactor/payments/lanes.ts";
import type { LegKind } from "../../../reactor/payments/leg.ts";
import { toPesos } from "../../../reactor/payments/money.ts";
import type { Payee } from "../../../reactor/payments/payee.ts";
import type { AgreedPart } from "../../../reactor/payments/splitAmount.ts";
import { agreementOf, commissionClabeOf, depositClabeOf, payoutClabeOf, refundClabeOf } from "../agreement.ts";
import type { LegRow } from "../memoryStore/books.ts";
import type { World } from "../world.ts";
import { furtherLegIdOf, legIdOf } from "./legIds.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FIRST_STATES = { deposit: "awaiting", custody: "waiting", payout: "waiting" } as const;

/** A sale as it is written down: its terms, its parties, its legs, and to which accounts they are paid. */
export function agree({ clock, chance, books, note }: World, paymentId: number, amountCentavos: bigint): void {
  const nowMs = clock.nowMs();
  const custodyEndMs = nowMs + chance.between(5, 40, "custody", paymentId) * MINUTE_MS;
  const terms = { amountCentavos, custodyEndMs, expiresAtMs: nowMs + 3 * HOUR_MS, held: false };
  const depositClabe = depositClabeOf(paymentId);
  books.payments.put(paymentId, {
    ...{
      id: paymentId,
      lane: FIRST_LANE,
      externalId: null,
      customerId: `customer ${paymentId}`,
      amountCentavos,
      depositClabe,
    },
    ...{
      description: null,
      conditions: null,
      chainReference: null,
      custodyEndMs,
      expiresAtMs: terms.expiresAtMs,
      held: false,
      releaseBy: "operator" as const,
    },
    ...{ purpose: "sale", status: "pending", createdAtMs: nowMs, updatedAtMs: nowMs },
  });
  const clabe = payoutClabeOf(paymentId);
  // Some buyers name no account, and a dispute for them ends with a person.
  const refundClabe = chance.hits(0.2, "names no account", paymentId) ? null : refundClabeOf(paymentId);
  books.parties.put(paymentId, {
    ...{ paymentId, payerName: "Ana", recipientLegalName: null, payoutClabe: null },
    ...{ refundClabe: null, payerEmail: null, recipientEmail: null, erasedAtMs: null, salt: `salt ${paymentId}` },
  });
  const begin = (id: number, kind: LegKind, centavos: bigint, part: AgreedPart | null) => {
    const state = FIRST_STATES[kind];
    const deadlineAtMs = deadlineOf(kind, state, terms, nowMs);
    const row: LegRow = {
      ...{ id, paymentId, lane: FIRST_LANE, kind, state, reviewFrom: null, version: 0, generation: 0 },
      ...{ source: part?.source ?? null, payee: part?.payee ?? null, amountCentavos: centavos },
      ...{ carried: {}, enteredAtMs: nowMs, deadlineAtMs, reason: null, dueAtMs: deadlineAtMs },
      ...{ wokenAtMs: null, leaseHolder: null, leaseUntilMs: null, failures: 0 },
    };
    books.legs.put(id, row);
  };
  const name = (legId: number, payee: Payee, legalName: string, account: string) => {
    const id = books.nextId();
    const given = { legId, version: 1, givenBy: "people", reason: "simulated", givenAtMs: nowMs };
    books.accounts.put(id, { id, ...given, payee, legalName, clabe: account });
  };
  const parts = agreementOf(chance, paymentId, amountCentavos);
  const held = parts.reduce((sum, part) => (part.source === "custody" ? sum + part.amountCentavos : sum), 0n);
  begin(legIdOf(paymentId, "deposit"), "deposit", amountCentavos, null);
  begin(legIdOf(paymentId, "custody"), "custody", held, null);
  for (const [index, part] of parts.entries()) {
    const legId = index === 0 ? legIdOf(paymentId, "payout") : furtherLegIdOf(paymentId, index);
    begin(legId, "payout", part.amountCentavos, part);
    if (part.payee === "seller") name(legId, "seller", "Beto", clabe);
    else name(legId, part.payee, "Comisiones SA", commissionClabeOf(paymentId));
    if (refundClabe !== null && part.source === "custody") name(legId, "buyer", "Ana", refundClabe);
  }
  note(`payment ${paymentId}: ${toPesos(amountCentavos)} on ${maskClabe(depositClabe)}`);
}
