import { FIRST_LANE } from "../../../reactor/payments/lanes.ts";
import type { Leg } from "../../../reactor/payments/leg.ts";
import { statusOf } from "../../../reactor/payments/status.ts";
import { returnClabeOf, strayClabeOf } from "../agreement.ts";
import type { LegRow } from "../memoryStore/books.ts";
import type { World } from "../world.ts";
import { legIdOf, returnIdOf } from "./legIds.ts";

const MINUTE_MS = 60_000;
const MOST_LOOKS = 12;

/** Now and then somebody pays in what no sale waits for; two persons send it to the account that they are given. */
export async function sendBack(world: World, paymentId: number): Promise<void> {
  const { clock, chance, bank, books } = world;
  if (!chance.hits(0.03, "pays for nothing", paymentId)) return;
  // Of no sale's amount, so that the outside can be counted by amounts.
  const amountCentavos = 111_11n + BigInt(paymentId) * 10n;
  const stays = await bank.receive(`fid-stray-${paymentId}`, strayClabeOf(paymentId), amountCentavos);
  for (let look = 1; stays && look <= MOST_LOOKS; look++) {
    await clock.sleep(5 * MINUTE_MS);
    const issued = bank.byClabe(strayClabeOf(paymentId)).find(({ type }) => type === "ISSUANCE")?.id ?? "";
    if (books.unassigned.get(issued) === undefined || books.bank.get(issued)?.status !== "COMPLETE") continue;
    return write(world, paymentId, issued, amountCentavos);
  }
}

/** The payment by which it goes, as reactor/store/returnDeposit.ts writes it. */
function write(world: World, paymentId: number, issuanceId: string, amountCentavos: bigint): Promise<void> {
  const { books, clock, turns, fleet, note } = world;
  return turns(async () => {
    const id = returnIdOf(paymentId);
    const nowMs = clock.nowMs();
    const begin = {
      paymentId: id,
      lane: FIRST_LANE,
      amountCentavos,
      enteredAtMs: nowMs,
      dueAtMs: nowMs,
      deadlineAtMs: null,
    };
    const free = { reviewFrom: null, version: 0, generation: 0, carried: {}, reason: null, wokenAtMs: null };
    const unleased = { leaseHolder: null, leaseUntilMs: null, failures: 0 };
    const legs: readonly LegRow[] = [
      { ...begin, ...free, ...unleased, id: legIdOf(id, "deposit"), ...DEPOSIT },
      { ...begin, ...free, ...unleased, id: legIdOf(id, "payout"), ...PAYOUT },
    ];
    const terms = { custodyEndMs: nowMs, expiresAtMs: nowMs, held: false, releaseBy: "operator" as const };
    books.unassigned.remove(issuanceId);
    books.payments.put(id, {
      ...{ id, lane: FIRST_LANE, externalId: null, customerId: `sin-cliente-${issuanceId}`, amountCentavos, ...terms },
      ...{
        depositClabe: strayClabeOf(paymentId),
        description: null,
        conditions: null,
        chainReference: null,
        purpose: "return",
      },
      ...{ status: statusOf(legs), createdAtMs: nowMs, updatedAtMs: nowMs },
    });
    const clabe = returnClabeOf(paymentId);
    books.parties.put(id, {
      ...{ paymentId: id, payerName: "Carla", recipientLegalName: null, payoutClabe: null, refundClabe: null },
      ...{ payerEmail: null, recipientEmail: null, erasedAtMs: null, salt: `salt ${id}` },
    });
    for (const leg of legs) books.legs.put(leg.id, leg);
    const [claimId, accountId] = [books.nextId(), books.nextId()];
    const claim = { source: "issuance" as const, outsideId: issuanceId, claimedAtMs: nowMs, freedAtMs: null };
    books.claims.put(claimId, { id: claimId, legId: legIdOf(id, "deposit"), ...claim });
    const given = { version: 1, givenBy: "people", reason: "simulated", givenAtMs: nowMs };
    books.accounts.put(accountId, {
      ...{ id: accountId, legId: legIdOf(id, "payout"), ...given, payee: "buyer", legalName: "Carla", clabe },
    });
    note(`payment ${id}: sends back what came for nothing`);
    fleet.rota.lookAt(nowMs);
  });
}

type First = Readonly<Pick<Leg, "kind" | "state" | "source" | "payee">>;
const DEPOSIT: First = { kind: "deposit", state: "awaiting", source: null, payee: null };
const PAYOUT: First = { kind: "payout", state: "waiting", source: "deposit", payee: "buyer" };
