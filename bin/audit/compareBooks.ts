import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { until } from "../stack/until.ts";
import type { AuditedSystem } from "./auditedSystem.ts";
import { type BankBooks, completed, readBankBooks } from "./bankBooks.ts";
import { type ChainBooks, type EscrowStatus, readChainBooks } from "./chainBooks.ts";
import { countDifferences } from "./countDifferences.ts";
import { balanceOf, carriedBy, type Movement, movementsOf } from "./ledger.ts";

/** The movements of what is held, each by the stage that it brings the payment to. */
const ROAD = [
  { stage: "bridged", from: "juno", to: "bridge" },
  { stage: "escrowed", from: "bridge", to: "escrow" },
  { stage: "released", from: "escrow", to: "bridge" },
  { stage: "returned", from: "bridge", to: "juno" },
] as const;
const STAGES = ["awaiting", "issued", ...ROAD.map(({ stage }) => stage), "paid"] as const;

type Stage = (typeof STAGES)[number];

/** One payout of a payment: whose money, how much, to which account, and where it stands in our books. */
export type PaidPart = Readonly<{
  source: "custody" | "deposit";
  amountCentavos: bigint;
  payoutClabe: string;
  recipient: string;
  place: "beneficiary" | "fees" | "returns";
}>;

/** A payment as whoever followed it knows it, and how far its money has come. */
export type Travelled = Readonly<{
  id: number;
  amountCentavos: bigint;
  payoutClabe: string;
  recipient: string;
  stage: Stage;
  /** Its next movement was ordered, and failed without its money coming back so far: it stays reserved. */
  reservesNext?: true;
  /** Its payouts, where they are more than one; what is not held is paid as soon as the deposit is there. */
  parts?: readonly PaidPart[];
  /** Its deposit had no owner at first. */
  waited?: true;
  /** Its SPEI was paid and came back. */
  cameBack?: true;
  /** How its escrow stands: `released` for one that came so far, unless a dispute says otherwise. */
  escrowStatus?: EscrowStatus;
}>;

/** One thing that two books tell differently. */
export type Disagreement = Readonly<{
  what: string;
  /** The payments it may belong to; none for a sum of all. */
  payments: readonly number[];
  /** What the journey of the payments asks for, and what was found instead. */
  wanted: string;
  found: string;
  /** How many more, or fewer, than wanted, where things are counted. */
  surplus: number;
}>;

const BASE_UNITS_PER_CENTAVO = 10_000n;
const BANK_RESTS_WITHIN_MS = 10_000;

/**
 * Holds the three books against each other, to the centavo, once all is at rest: our ledger, the bank's own books, and the
 * chain as the node tells it. `payments` are all that the system ever had.
 * @throws Error when the bank still has something under way after ten seconds.
 */
export async function compareBooks(
  system: AuditedSystem,
  payments: readonly Travelled[],
): Promise<readonly Disagreement[]> {
  const { pool } = system.database;
  const bank = await until("the bank at rest", BANK_RESTS_WITHIN_MS, async () => {
    const books = await readBankBooks(system.sandbox);
    return books.unsettled.length === 0 ? books : undefined;
  });
  const chain = await readChainBooks(system);
  return [
    ...(await Promise.all(payments.map((payment) => ledgerTellsTheRoad(pool, payment)))).flat(),
    ...(await placesHoldTheSame(pool, bank, chain)),
    ...(await bankPaidOnce(pool, bank, payments)),
    ...(await chainHeldOnce(pool, chain, payments)),
  ];
}

const has = (stage: Stage) => (payment: Travelled) => STAGES.indexOf(payment.stage) >= STAGES.indexOf(stage);
const sumOf = (parts: readonly PaidPart[]) => parts.reduce((sum, { amountCentavos }) => sum + amountCentavos, 0n);
const heldCentavos = (payment: Travelled) => sumOf(partsOf(payment).filter(({ source }) => source === "custody"));

/** A payment's payouts. One that nobody split is paid whole out of custody: to the seller, or back to the buyer. */
function partsOf(payment: Travelled): readonly PaidPart[] {
  const { amountCentavos, payoutClabe, recipient, escrowStatus } = payment;
  const place = escrowStatus === "cancelled" ? "returns" : "beneficiary";
  return payment.parts ?? [{ source: "custody", amountCentavos, payoutClabe, recipient, place }];
}

/** The payouts that must have been made by now. */
const paidOf = (payment: Travelled) =>
  partsOf(payment).filter(({ source }) => has(source === "deposit" ? "issued" : "paid")(payment));

async function ledgerTellsTheRoad(pool: pg.Pool, payment: Travelled): Promise<readonly Disagreement[]> {
  const movements = await movementsOf(pool, payment.id);
  const found = movements.filter(({ state }) => state !== "voided").map(told);
  const move = (from: string, to: string, centavos: bigint, state: "posted" | "pending" = "posted") =>
    told({ from, to, centavos, state });
  const held = heldCentavos(payment);
  const paid = paidOf(payment).map(({ place, amountCentavos }) => move("juno", place, amountCentavos));
  const back = partsOf(payment).map(({ place, amountCentavos }) => {
    // One that was read before its payout was known to be paid has waited in suspense.
    const outOfSuspense = move("suspense", "juno", amountCentavos);
    return found.includes(outOfSuspense) ? outOfSuspense : move(place, "juno", amountCentavos);
  });
  const wanted = [
    ...(has("issued")(payment) ? [move(payment.waited ? "suspense" : "buyer", "juno", payment.amountCentavos)] : []),
    ...(held > 0n ? ROAD.filter(({ stage }) => has(stage)(payment)).map(({ from, to }) => move(from, to, held)) : []),
    ...paid,
    ...(payment.cameBack ? back : []),
    ...(payment.reservesNext ? nextOf(payment).map(({ from, to }) => move(from, to, held, "pending")) : []),
  ];
  // What is paid at once goes beside what is held: their order says nothing.
  return differ(`movements of payment ${payment.id}`, wanted.sort(), found.sort(), [payment.id]);
}

const told = ({ from, to, centavos, state }: Movement) => `${from} → ${to}: ${centavos} ${state}`;

/** The movement that follows the stage of what is held. */
function nextOf(payment: Travelled) {
  const road = [...ROAD, ...partsOf(payment).map(({ place }) => ({ stage: "paid", from: "juno", to: place }) as const)];
  return road.filter(({ stage }) => STAGES.indexOf(stage) === STAGES.indexOf(payment.stage) + 1);
}

async function placesHoldTheSame(pool: pg.Pool, bank: BankBooks, chain: ChainBooks): Promise<readonly Disagreement[]> {
  const [bridge, escrow, juno] = await Promise.all(["bridge", "escrow", "juno"].map((place) => balanceOf(pool, place)));
  const ours = { bridge, escrow, juno: (juno ?? 0n) + (await balanceOf(pool, "suspense")) };
  const { custody, dust_base_units, spei_in, spei_out } = bank.totals;
  const theirs = {
    bridge: inCentavos(chain.held.bridge),
    escrow: inCentavos(chain.held.escrow),
    juno: inCentavos(chain.held.junoWallet),
  };
  return [
    ...differ("base units that are no centavo", "0", dust_base_units, []),
    ...differ("our ledger and the chain", theirs, ours, []),
    ...differ("our ledger and the bank", custody, ours.juno, []),
    ...differ(
      "what came in is what went out and what is held",
      spei_in,
      spei_out + custody + theirs.bridge + theirs.escrow,
      [],
    ),
  ];
}

/** @throws RangeError for a fraction of a centavo: nobody may hold one. */
function inCentavos(baseUnits: bigint): bigint {
  if (baseUnits % BASE_UNITS_PER_CENTAVO !== 0n) throw new RangeError(`${baseUnits} base units are no whole centavos`);
  return baseUnits / BASE_UNITS_PER_CENTAVO;
}

async function bankPaidOnce(
  pool: pg.Pool,
  bank: BankBooks,
  payments: readonly Travelled[],
): Promise<readonly Disagreement[]> {
  const heldBy = (some: readonly Travelled[]) =>
    some.filter((one) => heldCentavos(one) > 0n).map((one) => ({ id: one.id, sign: String(heldCentavos(one)) }));
  const ordered = (type: "CRYPTO_WITHDRAWAL" | "CRYPTO_DEPOSIT") =>
    completed(bank, type).map(({ amount }) => String(amount));
  const paid = payments.flatMap((payment) => paidOf(payment).map((part) => ({ id: payment.id, ...part })));
  const wantedPayouts = await Promise.all(
    paid.map(async ({ id, amountCentavos, payoutClabe: clabe, recipient: beneficiary }) => {
      const transactionId = await carriedBy(pool, id, "payout", "redemptionId", amountCentavos);
      return { id, sign: payoutSign({ transactionId, clabe, beneficiary, amount: amountCentavos }) };
    }),
  );
  const payouts = bank.spei_out.filter(({ kind }) => kind === "payout");
  return [
    ...countDifferences(
      "withdrawals that the bank made",
      heldBy(payments.filter(has("bridged"))),
      ordered("CRYPTO_WITHDRAWAL"),
    ),
    ...countDifferences(
      "returns that the bank credited",
      heldBy(payments.filter(has("returned"))),
      ordered("CRYPTO_DEPOSIT"),
    ),
    ...countDifferences("SPEI payouts", wantedPayouts, payouts.map(payoutSign)),
    ...countDifferences(
      "redemptions",
      paid.map(({ id, amountCentavos }) => ({ id, sign: String(amountCentavos) })),
      completed(bank, "REDEMPTION").map(({ amount }) => String(amount)),
    ),
    ...countDifferences(
      "payouts to one CLABE",
      paid.map(({ id, payoutClabe }) => ({ id, sign: payoutClabe })),
      bank.paid_by_clabe.flatMap(({ clabe, payouts: times }) => Array<string>(times).fill(clabe)),
    ),
  ];
}

const payoutSign = (payout: { transactionId: string; clabe: string; beneficiary: string; amount: bigint }) =>
  `${payout.transactionId}: ${payout.amount} centavos to ${payout.clabe}, ${payout.beneficiary}`;

async function chainHeldOnce(
  pool: pg.Pool,
  chain: ChainBooks,
  payments: readonly Travelled[],
): Promise<readonly Disagreement[]> {
  const holding = payments.filter((payment) => heldCentavos(payment) > 0n);
  const wanted = await Promise.all(
    holding.filter(has("escrowed")).map(async (payment) => ({
      id: payment.id,
      escrowId: await carriedBy(pool, payment.id, "custody", "escrowId"),
      amount: heldCentavos(payment),
      status: payment.escrowStatus ?? (has("released")(payment) ? "released" : "funded"),
    })),
  );
  const sign = (payment: string | undefined, escrowId: string, amount: bigint, status: string | undefined) =>
    `escrow ${escrowId} of payment ${payment}: ${amount} centavos, ${status}`;
  const returned = holding.filter(has("returned"));
  const released = wanted.filter(({ status }) => status === "released");
  // A double has an id that nobody wants; the reference that it carries says whose double it is.
  const paymentOf = new Map(chain.escrows.map(({ id, conditions }) => [id, conditions.split(":").at(-1)]));
  const ofPayments = (some: readonly { id: number }[]) => some.map(({ id }) => ({ id, sign: `payment ${id}` }));
  const inChain = (escrowIds: readonly string[]) => escrowIds.map((id) => `payment ${paymentOf.get(id)}`);
  return [
    ...countDifferences(
      "escrows",
      wanted.map(({ id, escrowId, amount, status }) => ({ id, sign: sign(String(id), escrowId, amount, status) })),
      chain.escrows.map(({ id, amountBaseUnits, status }) =>
        sign(paymentOf.get(id), id, inCentavos(amountBaseUnits), status),
      ),
    ),
    ...countDifferences("escrows of one payment", ofPayments(wanted), inChain(chain.escrows.map(({ id }) => id))),
    ...countDifferences(
      "releases",
      released.map(({ id, escrowId }) => ({ id, sign: escrowId })),
      chain.releases,
    ),
    ...countDifferences("releases of one payment", ofPayments(released), inChain(chain.releases)),
    ...countDifferences(
      "returns to Juno",
      returned.map((payment) => ({ id: payment.id, sign: String(heldCentavos(payment)) })),
      chain.returns.map((baseUnits) => String(inCentavos(baseUnits))),
    ),
  ];
}

function differ(what: string, wanted: unknown, found: unknown, payments: readonly number[]): readonly Disagreement[] {
  if (isDeepStrictEqual(wanted, found)) return [];
  return [{ what, payments, wanted: inWords(wanted), found: inWords(found), surplus: 0 }];
}

const inWords = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? String(one) : one));
