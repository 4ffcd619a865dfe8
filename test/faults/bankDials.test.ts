import { afterAll, expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { liftByTwo } from "../../bin/operate/liftByTwo.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { FATES } from "../../sandbox/dial/fates.ts";
import { faultKind } from "../../sandbox/dial/fault.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { apiOf } from "../journeys/support/api.ts";
import { type CreatedPayment, createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { cutLockoutsShort } from "./support/cutLockoutsShort.ts";
import {
  DIALLED,
  type DialCell,
  dialCells,
  dialTable,
  MONEY_CALLS,
  type MoneyCall,
  UNREADABLE,
} from "./support/dialTable.ts";
import { follow } from "./support/follow.ts";
import { passDeadline, passFailedPause, untilLeg } from "./support/legs.ts";
import { attemptsOf } from "./support/orders.ts";
import { unspentFaults } from "./support/unspentFaults.ts";

/** Timers off: what goes on does so by its own waits and by webhooks. */
const system = await freshSystem({
  reactorEnv: { TIMERS: "off", BANK_TIMEOUT_MS: "3000" },
  unclassified: UNREADABLE,
});
const reactor = await system.startReactor();
const lockouts = cutLockoutsShort(system.database.pool, 4);
afterAll(async () => {
  lockouts.stop();
  await system.close();
});
const api = apiOf(reactor, system);
const killSwitch = killSwitchAt(reactor.url, system.apiKey);
const { pool } = system.database;
const { sandbox } = system;
const { created, paidBy, stand, allAgree, allPaidOnce } = follow(system, () => reactor);

const WITHIN_MS = 150_000;
const CUSTODY_MS = 4_000;
let amounts = 0;
/** Each payment has an amount of its own, by which the dial finds it and nobody else. */
const nextAmount = () => `${300 + amounts++}.00`;

type Met = Readonly<{ cell: DialCell; payment: CreatedPayment }>;

/** A payment for each cell, with its faults set before its buyer pays. */
async function meet(cells: readonly DialCell[]): Promise<readonly Met[]> {
  const payments = await created(cells.map(nextAmount), CUSTODY_MS);
  const met = cells.flatMap((cell, index) => {
    const payment = payments[index];
    return payment ? [{ cell, payment }] : [];
  });
  for (const { cell, payment } of met) {
    const { kind } = cell;
    const fault = { ...DIALLED[kind], kind, amount: payment.amount };
    await turnDial(
      sandbox,
      cell.calls.map((call) => ({ ...fault, endpoint: MONEY_CALLS[call] })),
    );
    await payDeposit(sandbox, payment);
  }
  return met;
}

const cellsThatEnd = (...ends: readonly DialCell["end"][]) => dialCells().filter(({ end }) => ends.includes(end));
const legOfCall = (call: MoneyCall) => (call === "redeem" ? "payout" : "custody");

test("every dial of the sandbox has its row, and what the sandbox draws for a type is no void of ours", () => {
  expect(Object.keys(dialTable).sort()).toEqual([...faultKind.options].sort());
  const types = {
    withdraw: "CRYPTO_WITHDRAWAL",
    redeem: "REDEMPTION",
    issuance: "ISSUANCE",
    credit: "CRYPTO_DEPOSIT",
  } as const;
  for (const [kind, { types: drawn }] of Object.entries(FATES)) {
    const row = dialTable[kind as keyof typeof FATES];
    for (const call of Object.keys(types) as MoneyCall[]) {
      expect([kind, call, typeof row[call] === "object"]).toEqual([
        kind,
        call,
        !(drawn as readonly string[]).includes(types[call]),
      ]);
    }
  }
});

test("whatever the bank does to an answer, a webhook or an order: each is paid once, or stays whole until a person looks", async () => {
  // The first CLABE of the account is where the bank sends a payout back: somebody waits there for the very same amount.
  const first = await createPayment(api, { amount: "100.00", customer: "la-primera" });
  const met = await meet(cellsThatEnd("paid", "review", "withheld"));
  const ending = (end: DialCell["end"]) => met.filter(({ cell }) => cell.end === end);
  const bouncing = met.find(({ cell }) => cell.kind === "return-payout")?.payment;
  const bait = await createPayment(api, { amount: bouncing?.amount ?? "", customer: "la-primera" });

  const refunded = met.find(({ cell }) => cell.kind === "fail-with-refund" && cell.end === "paid");
  await untilLeg(pool, refunded?.payment.id ?? 0, "custody", ({ state }) => state === "failed_withdrawal", WITHIN_MS);
  await passFailedPause(pool, refunded?.payment.id ?? 0);
  // Nobody rings for a deposit that no webhook announces: the process that runs every five minutes finds it.
  const askedAt = new Date();
  await until("a run of that process", WITHIN_MS, async () => {
    await api.trigger("deposits").catch(unlessTooSlow);
    return (await hasRunSince(askedAt)) || undefined;
  });

  for (const { cell, payment } of [...ending("review"), ...ending("withheld")]) {
    const [call = "withdraw"] = cell.calls;
    const kind = legOfCall(call);
    if (cell.end === "withheld") {
      const waits = kind === "payout" ? "failed" : "failed_withdrawal";
      await untilLeg(pool, payment.id, kind, ({ state }) => state === waits, WITHIN_MS);
      await passDeadline(pool, payment.id, kind);
    }
    await untilLeg(pool, payment.id, kind, ({ reviewFrom }) => reviewFrom !== null, WITHIN_MS);
    // One that came too late for its lease did not leave, and is made again: it is no second order.
    const attempts = await attemptsOf(pool, payment.id, call === "redeem" ? "redeem" : "withdraw");
    const left = attempts.filter(({ when, evidence }) => when !== "not_now" || JSON.parse(evidence).sent !== false);
    expect(left, JSON.stringify(attempts)).toHaveLength(1);
    stand([payment], kind === "payout" ? "returned" : "issued", cell.end === "withheld" ? { reservesNext: true } : {});
  }
  const paid = ending("paid").flatMap(({ payment }) => (payment === bouncing ? [] : [payment]));
  for (const { id } of paid) await untilStatus(api, id, "completed", WITHIN_MS);

  // It is known by its amount, and waits for a corrected account.
  await untilLeg(pool, bouncing?.id ?? 0, "payout", ({ state }) => state === "bounced", WITHIN_MS);
  stand(bouncing ? [bouncing] : [], "paid", { cameBack: true });
  stand([first, bait], "awaiting");
  await allPaidOnce(paid);
  expect((await api.payment(bait.id)).status).toBe("pending");
  expect(await unspentFaults(sandbox)).toEqual([]);
  expect(await generations(refunded?.payment)).toEqual([0, 1]);
}, 900_000);

/** Whether a run that began since then has ended well; who asked for it need not have waited so long. */
async function hasRunSince(moment: Date): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from kustodia.process_run
     where process = 'deposits' and started_at >= $1 and finished_at is not null and error is null`,
    [moment],
  );
  return rowCount !== 0;
}

/** Behind a slow bank the API's own patience may end first; it says itself that a repeat is safe, which may meet the first. */
function unlessTooSlow(error: unknown): void {
  if (!/too_slow|process_running/.test(String(error))) throw error;
}

const generations = async (payment: CreatedPayment | undefined) =>
  (await attemptsOf(pool, payment?.id ?? 0, "withdraw")).map(({ generation }) => generation);

test("a refusal after an order of unknown outcome is no refusal: it is found when the bank carries it out after all", async () => {
  const [payment] = await refusedAfterSilence("withdraw", () => paidBy(["1000.00"], CUSTODY_MS));
  const payments = payment ? [payment] : [];
  await refusedAfterSilence("redeem", async () => payments);
  await allPaidOnce(payments);
}, 200_000);

/** The bank takes its time; the second request, under the same key, is refused; only then the first one is carried out. */
async function refusedAfterSilence(
  call: "withdraw" | "redeem",
  pay: () => Promise<readonly CreatedPayment[]>,
): Promise<readonly CreatedPayment[]> {
  const at = { endpoint: MONEY_CALLS[call], amount: "1000.00" };
  await turnDial(sandbox, [{ ...DIALLED.slow, ...at, kind: "slow" }]);
  const payments = await pay();
  const id = payments[0]?.id ?? 0;
  const comeTo = (wanted: readonly string[]) =>
    until(
      `${call} ${wanted.join(", then ")}`,
      40_000,
      async () => {
        const outcomes = (await attemptsOf(pool, id, call)).map(({ outcome, when }) => when ?? outcome);
        return outcomes.join() === wanted.join() ? true : undefined;
      },
      async () => JSON.stringify(await attemptsOf(pool, id, call)),
    );
  await comeTo(["unknown"]);
  await turnDial(sandbox, [{ ...DIALLED["refuse-below-minimum"], ...at, kind: "refuse-below-minimum" }]);
  await comeTo(["unknown", "never"]);
  return payments;
}

// From here on the bank's words and its deeds differ, so no books can agree. A person has to compare them.
test("a deposit that is never issued waits for a person, and nothing is paid for it", async () => {
  await allAgree();
  const [met] = await meet(cellsThatEnd("never_ours"));
  const id = met?.payment.id ?? 0;
  await untilLeg(pool, id, "deposit", ({ state }) => state === "issuing");
  await passDeadline(pool, id, "deposit");
  await untilLeg(pool, id, "deposit", ({ reviewFrom }) => reviewFrom === "issuing");
  expect(await attemptsOf(pool, id, "withdraw")).toEqual([]);
}, 120_000);

test.each(cellsThatEnd("detected"))(
  "$kind at $calls: the money stops at the second reading, and the debit too many is named",
  async (cell) => {
    const [met] = await meet([cell]);
    const amount = met?.payment.amountCentavos;
    const pulled = await until("a pull", WITHIN_MS, async () =>
      (await killSwitch.status()).history.find(({ lifted_at }) => !lifted_at),
    );
    const { orders } = await readBankBooks(sandbox);
    const type = cell.calls[0] === "redeem" ? "REDEMPTION" : "CRYPTO_WITHDRAWAL";
    const debits = orders.filter((order) => order.type === type && order.amount === amount);
    expect(debits).toHaveLength(cell.kind === "execute-key-twice" ? 2 : 1);
    const named = /\((\S{36})\)/.exec(pulled.why)?.[1];
    expect(debits.map(({ id }) => id)).toContain(named);
    expect(
      await attemptsOf(pool, met?.payment.id ?? 0, cell.calls[0] === "redeem" ? "redeem" : "withdraw"),
    ).toHaveLength(1);
    await liftByTwo(reactor, system, "se reclamó al banco");
  },
  WITHIN_MS + 30_000,
);
