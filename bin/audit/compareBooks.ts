import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { until } from "../stack/until.ts";
import type { AuditedSystem } from "./auditedSystem.ts";
import { type BankBooks, completed, readBankBooks } from "./bankBooks.ts";
import { type ChainBooks, type EscrowStatus, readChainBooks } from "./chainBooks.ts";
import { countDifferences } from "./countDifferences.ts";
import { balanceOf, carriedBy, movementsOf } from "./ledger.ts";

/** The six movements of a payment, each by the stage that it brings the payment to. */
const ROAD = [
  { stage: "issued", from: "buyer", to: "juno" },
  { stage: "bridged", from: "juno", to: "bridge" },
  { stage: "escrowed", from: "bridge", to: "escrow" },
  { stage: "released", from: "escrow", to: "bridge" },
  { stage: "returned", from: "bridge", to: "juno" },
  { stage: "paid", from: "juno", to: "beneficiary" },
] as const;

type Stage = "awaiting" | (typeof ROAD)[number]["stage"];

/** A payment as whoever followed it knows it, and how far its money has come. */
export type Travelled = Readonly<{
  id: number;
  amountCentavos: bigint;
  payoutClabe: string;
  recipient: string;
  stage: Stage;
  /** Its next movement was ordered, and failed without its money coming back so far: it stays reserved. */
  reservesNext?: true;
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

const has = (stage: Stage) => (payment: Travelled) => reached(payment) >= roadTo(stage);
const reached = ({ stage }: Travelled) => roadTo(stage);
const roadTo = (stage: Stage) => ROAD.findIndex((one) => one.stage === stage) + 1;

async function ledgerTellsTheRoad(pool: pg.Pool, payment: Travelled): Promise<readonly Disagreement[]> {
  const movements = await movementsOf(pool, payment.id);
  const found = movements.filter(({ state }) => state !== "voided");
  const come = reached(payment);
  const wanted = ROAD.slice(0, payment.reservesNext ? come + 1 : come).map(({ from, to }, index) => ({
    from,
    to,
    centavos: payment.amountCentavos,
    state: index < come ? "posted" : "pending",
  }));
  return differ(`movements of payment ${payment.id}`, wanted, found, [payment.id]);
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
  const byAmount = (some: readonly Travelled[]) =>
    some.map(({ id, amountCentavos }) => ({ id, sign: String(amountCentavos) }));
  const ordered = (type: "CRYPTO_WITHDRAWAL" | "CRYPTO_DEPOSIT") =>
    completed(bank, type).map(({ amount }) => String(amount));
  const paid = payments.filter(has("paid"));
  const wantedPayouts = await Promise.all(
    paid.map(async (payment) => ({
      id: payment.id,
      sign: payoutSign({
        transactionId: await carriedBy(pool, payment.id, "payout", "redemptionId"),
        clabe: payment.payoutClabe,
        beneficiary: payment.recipient,
        amount: payment.amountCentavos,
      }),
    })),
  );
  const payouts = bank.spei_out.filter(({ kind }) => kind === "payout");
  const clabes = paid.map(({ id, payoutClabe }) => ({ id, sign: payoutClabe }));
  return [
    ...countDifferences(
      "withdrawals that the bank made",
      byAmount(payments.filter(has("bridged"))),
      ordered("CRYPTO_WITHDRAWAL"),
    ),
    ...countDifferences(
      "returns that the bank credited",
      byAmount(payments.filter(has("returned"))),
      ordered("CRYPTO_DEPOSIT"),
    ),
    ...countDifferences("SPEI payouts", wantedPayouts, payouts.map(payoutSign)),
    ...countDifferences(
      "redemptions",
      byAmount(paid),
      completed(bank, "REDEMPTION").map(({ amount }) => String(amount)),
    ),
    ...countDifferences(
      "payouts to one CLABE",
      clabes,
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
  const wanted = await Promise.all(
    payments.filter(has("escrowed")).map(async (payment) => ({
      id: payment.id,
      escrowId: await carriedBy(pool, payment.id, "custody", "escrowId"),
      amount: payment.amountCentavos,
      status: payment.escrowStatus ?? (has("released")(payment) ? "released" : "funded"),
    })),
  );
  const sign = (payment: string | undefined, escrowId: string, amount: bigint, status: string | undefined) =>
    `escrow ${escrowId} of payment ${payment}: ${amount} centavos, ${status}`;
  const returned = payments.filter(has("returned"));
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
      returned.map(({ id, amountCentavos }) => ({ id, sign: String(amountCentavos) })),
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
