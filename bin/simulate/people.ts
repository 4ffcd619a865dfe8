import { deadlineOf } from "../../reactor/payments/apply.ts";
import { maskClabe } from "../../reactor/payments/clabe.ts";
import type { LegKind } from "../../reactor/payments/leg.ts";
import { toPesos } from "../../reactor/payments/money.ts";
import type { Payee } from "../../reactor/payments/payee.ts";
import type { AgreedPart } from "../../reactor/payments/splitAmount.ts";
import { agreementOf, commissionClabeOf, depositClabeOf, payoutClabeOf, refundClabeOf } from "./agreement.ts";
import type { LegRow } from "./memoryStore/books.ts";
import type { World } from "./world.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const KINDS = ["deposit", "custody", "payout"] as const;
const FIRST_STATES = { deposit: "awaiting", custody: "waiting", payout: "waiting" } as const;

const legIdOf = (paymentId: number, kind: LegKind) => paymentId * 3 + KINDS.indexOf(kind);
/** Payouts beside the first one are numbered after all others. */
const furtherLegIdOf = (paymentId: number, part: number) => 10_000_000 + paymentId * 3 + part;

/** One sale: it is agreed, paid in or not, sometimes disputed; all of it drawn by the payment's own number. */
export async function live(world: World, paymentId: number): Promise<void> {
  const { clock, chance, bank, turns, faults, first, crowd } = world;
  await clock.sleep(
    (paymentId - first) * crowd.betweenPaymentsMs + chance.between(0, 60 * SECOND_MS, "starts", paymentId),
  );
  const amountCentavos = amountOf(world, paymentId);
  await turns(async () => agree(world, paymentId, amountCentavos));

  if (chance.hits(0.01, "never pays", paymentId)) return;
  for (let tried = 1; tried <= 2; tried++) {
    await clock.sleep(chance.between(5 * SECOND_MS, 5 * MINUTE_MS, "pays", paymentId, tried));
    const stays = await bank.receive(`fid-${paymentId}-${tried}`, depositClabeOf(paymentId), amountCentavos);
    if (stays) break;
    await clock.sleep(10 * MINUTE_MS);
  }
  if (faults === 0 || !chance.hits(0.03, "disputes", paymentId)) return;
  await clock.sleep(chance.between(2, 20, "complains", paymentId) * MINUTE_MS);
  await rule(world, paymentId, "active", "dispute");
  await clock.sleep(chance.between(2, 10, "judged", paymentId) * MINUTE_MS);
  const kind = chance.hits(0.5, "for", paymentId) ? "seller" : "buyer";
  // A dispute that is not on the chain yet is judged later, as long as there is one.
  while ((await rule(world, paymentId, "disputed", kind)) === "not yet") await clock.sleep(5 * MINUTE_MS);
}

/** Somebody stops all money now and then, and two persons let it go on. */
export async function stopAndGo({ clock, chance, faults, books, turns, people, fleet, note }: World): Promise<void> {
  for (let pull = 1; people.left > 0; pull++) {
    await clock.sleep(chance.between(20, 60, "stops", pull) * MINUTE_MS);
    if (!chance.hits(faults * 10, "pulls", pull)) continue;
    const id = books.nextId();
    const why = `revisión ${pull}`;
    await turns(async () =>
      books.pulls.put(id, { id, why, pulledBy: "Ana", finding: null, told: true, liftedAtMs: null }),
    );
    note(`Ana stops the money: ${why}`);
    await clock.sleep(chance.between(20, 150, "lifts", pull) * SECOND_MS);
    await turns(async () =>
      books.pulls.put(id, { id, why, pulledBy: "Ana", finding: null, told: true, liftedAtMs: clock.nowMs() }),
    );
    note(`Ana and Beto let it go on: ${why}`);
    fleet.rota.lookAt(clock.nowMs());
  }
}

function amountOf({ chance, crowd }: World, paymentId: number): bigint {
  const which = chance.between(1, crowd.amounts, "amount", paymentId);
  // Some are large, and wait for the deeper head.
  return which === crowd.amounts ? 150_000_00n : BigInt(which) * 137_50n + 100_00n;
}

function agree({ clock, chance, books, note }: World, paymentId: number, amountCentavos: bigint): void {
  const nowMs = clock.nowMs();
  const custodyEndMs = nowMs + chance.between(5, 40, "custody", paymentId) * MINUTE_MS;
  const terms = { amountCentavos, custodyEndMs, expiresAtMs: nowMs + 3 * HOUR_MS, held: false };
  const depositClabe = depositClabeOf(paymentId);
  books.payments.put(paymentId, {
    ...{ id: paymentId, externalId: null, customerId: `customer ${paymentId}`, amountCentavos, depositClabe },
    ...{
      description: null,
      conditions: null,
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
      ...{ id, paymentId, kind, state, reviewFrom: null, version: 0, generation: 0 },
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

/** A person's decision, recorded while the custody leg is in the state that it is about. */
function rule(
  world: World,
  paymentId: number,
  state: "active" | "disputed",
  kind: "dispute" | "seller" | "buyer",
): Promise<"ruled" | "not yet" | "never"> {
  const { books, clock, turns, fleet } = world;
  return turns(async () => {
    const row = books.legs.get(legIdOf(paymentId, "custody"));
    const isOpening = row?.state === "active" && books.rulingsOf.of(row.id).length > 0;
    if (isOpening || row?.state === "disputing") return "not yet";
    if (row?.state !== state) return "never";
    const id = books.nextId();
    const atMs = clock.nowMs();
    const decided = { id, legId: row.id, kind, actor: "person", reason: "simulated" };
    books.rulings.put(id, { ...decided, createdAtMs: atMs, carriedOutAtMs: null });
    books.legs.put(row.id, { ...row, dueAtMs: atMs, wokenAtMs: atMs });
    fleet.rota.lookAt(atMs);
    return "ruled";
  });
}
