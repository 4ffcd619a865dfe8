import type pg from "pg";
import { expect } from "vitest";
import type { FreshSystem } from "../../harness/freshSystem.ts";
import { type BankBooks, completed, readBankBooks } from "./bankBooks.ts";
import { type ChainBooks, type EscrowStatus, readChainBooks } from "./chainBooks.ts";
import type { CreatedPayment } from "./createPayment.ts";
import { balanceOf, movementsOf, unassignedCentavos } from "./ledger.ts";
import { until } from "./until.ts";

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

/** A payment as the journey knows it, and how far its money has come. */
export type Travelled = Pick<CreatedPayment, "id" | "amountCentavos" | "payoutClabe" | "recipient"> &
  Readonly<{
    stage: Stage;
    /** How its escrow stands: `released` for one that came so far, unless a dispute says otherwise. */
    escrowStatus?: EscrowStatus;
  }>;

const BASE_UNITS_PER_CENTAVO = 10_000n;
const BANK_RESTS_WITHIN_MS = 10_000;

/**
 * Holds the three books against each other, to the centavo, once all is at rest: our ledger, the bank's own books, and the
 * chain as the node tells it. `payments` are all that the system ever had.
 */
export async function booksAgree(system: FreshSystem, payments: readonly Travelled[]): Promise<void> {
  const { pool } = system.database;
  const bank = await until("the bank at rest", BANK_RESTS_WITHIN_MS, async () => {
    const books = await readBankBooks(system.sandbox);
    return books.unsettled.length === 0 ? books : undefined;
  });
  const chain = await readChainBooks(system);
  for (const payment of payments) await ledgerTellsTheRoad(pool, payment);
  await placesHoldTheSame(pool, bank, chain);
  await bankPaidOnce(pool, bank, payments);
  await chainHeldOnce(pool, chain, payments);
}

const has = (stage: Stage) => (payment: Travelled) => reached(payment) >= roadTo(stage);
const reached = ({ stage }: Travelled) => roadTo(stage);
const roadTo = (stage: Stage) => ROAD.findIndex((one) => one.stage === stage) + 1;

async function ledgerTellsTheRoad(pool: pg.Pool, payment: Travelled): Promise<void> {
  const movements = await movementsOf(pool, payment.id);
  const posted = movements.filter(({ state }) => state !== "voided");
  const road = ROAD.slice(0, reached(payment)).map(({ from, to }) => ({ from, to, centavos: payment.amountCentavos }));
  expect(posted, `movements of payment ${payment.id}`).toEqual(road.map((one) => ({ ...one, state: "posted" })));
}

async function placesHoldTheSame(pool: pg.Pool, bank: BankBooks, chain: ChainBooks): Promise<void> {
  const [bridge, escrow, juno] = await Promise.all(["bridge", "escrow", "juno"].map((place) => balanceOf(pool, place)));
  const ours = { bridge, escrow, juno: (juno ?? 0n) + (await unassignedCentavos(pool)) };
  const { custody, dust_base_units } = bank.totals;
  expect(dust_base_units).toBe("0");
  expect(ours, "our ledger and the chain").toEqual({
    bridge: inCentavos(chain.held.bridge),
    escrow: inCentavos(chain.held.escrow),
    juno: inCentavos(chain.held.junoWallet),
  });
  expect(ours.juno, "our ledger and the bank").toBe(custody);
  const { spei_in, spei_out } = bank.totals;
  expect(spei_in, "what came in is what went out and what is held").toBe(
    spei_out + custody + inCentavos(chain.held.bridge + chain.held.escrow),
  );
}

/** @throws RangeError for a fraction of a centavo: nobody may hold one. */
function inCentavos(baseUnits: bigint): bigint {
  if (baseUnits % BASE_UNITS_PER_CENTAVO !== 0n) throw new RangeError(`${baseUnits} base units are no whole centavos`);
  return baseUnits / BASE_UNITS_PER_CENTAVO;
}

async function bankPaidOnce(pool: pg.Pool, bank: BankBooks, payments: readonly Travelled[]): Promise<void> {
  const bridged = payments.filter(has("bridged"));
  const returned = payments.filter(has("returned"));
  const paid = payments.filter(has("paid"));
  const amounts = (some: readonly { amountCentavos: bigint }[]) => some.map((one) => one.amountCentavos).sort(bySize);
  const ordered = (type: "CRYPTO_WITHDRAWAL" | "CRYPTO_DEPOSIT") =>
    completed(bank, type)
      .map((one) => one.amount)
      .sort(bySize);
  expect(ordered("CRYPTO_WITHDRAWAL"), "withdrawals that the bank made").toEqual(amounts(bridged));
  expect(ordered("CRYPTO_DEPOSIT"), "returns that the bank credited").toEqual(amounts(returned));

  const redemptions = await Promise.all(paid.map(async (payment) => redemptionOf(pool, payment)));
  const wanted = redemptions.map(({ id, payment }) => ({
    transactionId: id,
    clabe: payment.payoutClabe,
    beneficiary: payment.recipient,
    amount: payment.amountCentavos,
  }));
  const payouts = bank.spei_out.filter(({ kind }) => kind === "payout").map(({ kind: _, ...payout }) => payout);
  expect(payouts.sort(byTransaction), "SPEI payouts").toEqual(wanted.sort(byTransaction));
  expect(completed(bank, "REDEMPTION"), "redemptions").toHaveLength(paid.length);
  for (const { clabe, payouts: count, paid: centavos } of bank.paid_by_clabe) {
    const toIt = paid.filter(({ payoutClabe }) => payoutClabe === clabe);
    expect({ count, centavos }, `paid to ${clabe}`).toEqual({
      count: toIt.length,
      centavos: toIt.reduce((sum, { amountCentavos }) => sum + amountCentavos, 0n),
    });
  }
}

const bySize = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
const byTransaction = (a: { transactionId: string }, b: { transactionId: string }) =>
  a.transactionId.localeCompare(b.transactionId);

async function redemptionOf(pool: pg.Pool, payment: Travelled) {
  const id = await carriedBy(pool, payment, "payout", "redemptionId");
  return { id, payment };
}

/** What the payment's leg carries under this name; "" when it carries none. */
async function carriedBy(pool: pg.Pool, { id }: Travelled, kind: string, name: string): Promise<string> {
  const { rows } = await pool.query<{ value: string | null }>(
    "select carried ->> $3 as value from kustodia.leg where payment_id = $1 and kind = $2",
    [id, kind, name],
  );
  return rows[0]?.value ?? "";
}

async function chainHeldOnce(pool: pg.Pool, chain: ChainBooks, payments: readonly Travelled[]): Promise<void> {
  const escrowed = payments.filter(has("escrowed"));
  const wanted = await Promise.all(
    escrowed.map(async (payment) => ({
      id: await carriedBy(pool, payment, "custody", "escrowId"),
      amountCentavos: payment.amountCentavos,
      payment: String(payment.id),
      status: payment.escrowStatus ?? (has("released")(payment) ? "released" : "funded"),
    })),
  );
  const found = chain.escrows.map(({ id, amountBaseUnits, conditions, status }) => ({
    id,
    amountCentavos: inCentavos(amountBaseUnits),
    payment: conditions.split(":").at(-1),
    status,
  }));
  expect(found.sort(byId), "escrows").toEqual(wanted.sort(byId));
  const released = wanted.filter(({ status }) => status === "released").map(({ id }) => id);
  expect([...chain.releases].sort(), "releases").toEqual(released.sort());
  const returns = payments.filter(has("returned")).map(({ amountCentavos }) => amountCentavos * BASE_UNITS_PER_CENTAVO);
  expect([...chain.returns].sort(bySize), "returns to Juno").toEqual(returns.sort(bySize));
}

const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
