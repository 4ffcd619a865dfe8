import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import type { SendAction } from "../../reactor/payments/table.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { apiOf } from "../journeys/support/api.ts";
import { booksAgree, type Travelled } from "../journeys/support/booksAgree.ts";
import { CLABES, type CreatedPayment, createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { eventsOfType, untilEvent } from "../journeys/support/untilEvent.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { passDeadline, untilLeg } from "./support/legs.ts";
import { attemptsOf, keysAreKept } from "./support/orders.ts";

const TIMEOUT_MS = 3_000;
/** Beyond the timeout, the look for evidence and the second sending: the bank carries out what nobody waits for any more. */
const FAR_TOO_SLOW_MS = 10_000;

/** A payment that meets several faults waits for each of them. */
const PAYMENT_MS = 100_000;

const WITHDRAWALS = "POST /mint_platform/v1/withdrawals";
const REDEMPTIONS = "POST /mint_platform/v1/redemptions";
const REGISTRATIONS = "POST /mint_platform/v1/accounts/banks";
const ACCOUNTS = "GET /mint_platform/v1/accounts/banks";
const TRANSACTIONS = "GET /mint_platform/v1/transactions";
const ONE_TRANSACTION = "GET /mint_platform/v1/transactions/:id";
const DEPOSITS = "GET /spei/v1/deposits";
const BALANCES = "GET /mint_platform/v1/balances";
const BUYERS = "POST /sandbox/deposits";
const CREDITS = "CRYPTO_DEPOSIT";

const ACCEPTED_WITHOUT_A_WORD = [
  "accept-then-drop-reply",
  "500-after-accepting",
  "malformed-json",
  "truncated-json",
  "unknown-status-word",
] as const;

// Timers off: what goes on does so by its own waits and by webhooks; where neither can help, the test rings by hand.
const system = await freshSystem({ reactorEnv: { TIMERS: "off", BANK_TIMEOUT_MS: String(TIMEOUT_MS) } });
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);
const { pool } = system.database;
const { sandbox } = system;

/** All that this system ever had, as it should stand. */
const travelled: Travelled[] = [];
let buyers = 0;

async function paidBy(amounts: readonly string[], custodyMs: number): Promise<readonly CreatedPayment[]> {
  const accounts = Object.entries(CLABES);
  const payments = await Promise.all(
    amounts.map((amount, index) => {
      const [bank, payoutClabe] = accounts[index % accounts.length] ?? ["", ""];
      const customer = `compradora-${buyers++}`;
      return createPayment(api, { amount, customer, payoutClabe, recipient: `Vendedora en ${bank}`, custodyMs });
    }),
  );
  for (const payment of payments) await payDeposit(sandbox, payment);
  return payments;
}

/** Waits for all of them, and holds the three books and the keys against each other. */
async function allPaidOnce(payments: readonly CreatedPayment[]): Promise<void> {
  travelled.push(...payments.map((payment) => ({ ...payment, stage: "paid" as const })));
  for (const { id } of payments) await untilStatus(api, id, "completed", PAYMENT_MS);
  await booksAgree(system, travelled);
  await keysAreKept(pool, sandbox);
}

/** How often an action was left without a clear answer, by what kept it from one. */
async function silences(action: SendAction): Promise<Readonly<Record<string, number>>> {
  const events = (await eventsOfType(pool, "intento_desconocido")).filter(({ data }) => data.action === action);
  const kinds = events.map(({ data }) => data.message?.split(":")[0] ?? "");
  return Object.fromEntries(kinds.map((kind) => [kind, kinds.filter((one) => one === kind).length]));
}

test("accepted without a word, lost on the way, or sent away: every order is looked up, repeated under its key, and paid once", async () => {
  for (const endpoint of [WITHDRAWALS, REDEMPTIONS]) {
    await turnDial(sandbox, [
      ...ACCEPTED_WITHOUT_A_WORD.map((kind) => ({ kind, endpoint })),
      { kind: "drop-before-accepting", endpoint },
      { kind: "401-by-nonce", endpoint },
    ]);
  }
  await turnDial(sandbox, [
    ...ACCEPTED_WITHOUT_A_WORD.slice(0, 4).map((kind) => ({ kind, endpoint: REGISTRATIONS })),
    { kind: "401-by-nonce", endpoint: REGISTRATIONS },
    { kind: "malformed-json", endpoint: ACCOUNTS, times: 4 },
  ]);
  const payments = await paidBy(["500.00", "500.00", "500.00", "612.34", "700.00", "812.99", "24999.99"], 6_000);
  await allPaidOnce(payments);
  for (const action of ["withdraw", "redeem"] as const) {
    // From outside, a request and a reply that are lost look alike.
    expect(await silences(action)).toMatchObject({ connection: 2, server_error: 1, malformed: 3 });
  }
}, 200_000);

test("a refusal after an order of unknown outcome is no refusal: it is found when the bank carries it out after all", async () => {
  const payments = await refusedAfterSilence("withdraw", WITHDRAWALS, () => paidBy(["1000.00"], 6_000));
  await refusedAfterSilence("redeem", REDEMPTIONS, async () => payments);
  await allPaidOnce(payments);
}, 200_000);

/** The bank takes its time; the second request, under the same key, is refused; only then the first one is carried out. */
async function refusedAfterSilence(
  action: "withdraw" | "redeem",
  endpoint: string,
  pay: () => Promise<readonly CreatedPayment[]>,
): Promise<readonly CreatedPayment[]> {
  await turnDial(sandbox, [{ kind: "slow", endpoint, ms: FAR_TOO_SLOW_MS }]);
  const payments = await pay();
  const id = payments[0]?.id ?? 0;
  const outcomes = async () => (await attemptsOf(pool, id, action)).map(({ outcome, when }) => when ?? outcome);
  const comeTo = (wanted: readonly string[]) =>
    until(
      `${action} ${wanted.join(", then ")}`,
      40_000,
      async () => (JSON.stringify(await outcomes()) === JSON.stringify(wanted) ? true : undefined),
      async () => JSON.stringify(await attemptsOf(pool, id, action)),
    );
  await comeTo(["unknown"]);
  await turnDial(sandbox, [{ kind: "refuse-below-minimum", endpoint, minimum: "99999999.99" }]);
  await comeTo(["unknown", "never"]);
  return payments;
}

test("webhooks twice, before the reply, out of order, forged or never: the bank is asked, and nothing they say is believed", async () => {
  await turnDial(sandbox, [
    { kind: "webhook-twice", endpoint: BUYERS, times: 2 },
    { kind: "webhook-before-reply", endpoint: WITHDRAWALS, times: 2 },
    { kind: "webhook-never", endpoint: CREDITS, times: 2 },
    { kind: "webhook-out-of-order", endpoint: REDEMPTIONS, times: 2 },
    { kind: "status-goes-backwards", endpoint: TRANSACTIONS, times: 2 },
    { kind: "status-goes-backwards", endpoint: ONE_TRANSACTION, times: 2 },
    { kind: "unknown-status-word", endpoint: TRANSACTIONS, times: 4 },
    { kind: "truncated-json", endpoint: DEPOSITS, times: 4 },
    { kind: "malformed-json", endpoint: BALANCES, times: 4 },
  ]);
  const nobodyPays = await createPayment(api, { amount: "3333.00", customer: "compradora-que-no-paga" });
  const announced = await paidBy(["2000.00", "2000.00"], 6_000);
  await forge({ amount: "3333.00", receiver_clabe: nobodyPays.depositClabe });
  for (const { id } of announced) await untilStatus(api, id, "active");
  await forge({ amount: "2000.00", receiver_clabe: announced[0]?.depositClabe ?? "" });

  await turnDial(sandbox, [
    { kind: "webhook-never", endpoint: BUYERS, times: 2 },
    { kind: "mint-late", endpoint: BUYERS, times: 1, ms: 3_000 },
    { kind: "webhook-never", endpoint: WITHDRAWALS, times: 2 },
    { kind: "webhook-out-of-order", endpoint: CREDITS, times: 2 },
    { kind: "webhook-before-reply", endpoint: REDEMPTIONS, times: 2 },
  ]);
  const silent = await paidBy(["2100.00", "2200.00"], 6_000);
  // Nobody rings for a deposit that no webhook announces: the process that runs every five minutes finds it.
  await api.trigger("deposits");
  await allPaidOnce([...announced, ...silent]);
  travelled.push({ ...nobodyPays, stage: "awaiting" });
  expect((await api.payment(nobodyPays.id)).status).toBe("pending");
  await booksAgree(system, travelled);
}, 200_000);

/** Anybody may post to the webhook's address: an issuance that the bank knows nothing of. */
async function forge(issuance: Readonly<{ amount: string; receiver_clabe: string }>): Promise<void> {
  const id = randomUUID();
  const payload = { issuance: { id, status: "COMPLETE", transaction_type: "ISSUANCE", currency: "MXN", ...issuance } };
  const response = await fetch(`${reactor.url}/webhooks/juno`, {
    method: "POST",
    body: JSON.stringify({ event: "ISSUANCE", payload }),
  });
  expect(response.status).toBe(200);
}

test("an order that the bank fails: a withdrawal begins anew with its refund in hand, a payout waits for a person, and without a refund neither moves", async () => {
  const stuck = await failedAtBank("fail-without-refund", WITHDRAWALS, "4100.00");
  await untilLeg(pool, stuck.id, "custody", ({ state }) => state === "failed_withdrawal");
  const given = await failedAtBank("fail-with-refund", REDEMPTIONS, "4200.00");
  await untilLeg(pool, given.id, "payout", ({ reviewFrom }) => reviewFrom === "failed");
  const kept = await failedAtBank("fail-without-refund", REDEMPTIONS, "4300.00");
  await untilLeg(pool, kept.id, "payout", ({ state }) => state === "failed");
  const lucky = await failedAtBank("fail-with-refund", WITHDRAWALS, "4400.00");

  for (const { id } of [stuck, kept]) await passDeadline(pool, id, id === kept.id ? "payout" : "custody");
  await untilLeg(pool, stuck.id, "custody", ({ reviewFrom }) => reviewFrom === "failed_withdrawal");
  await untilLeg(pool, kept.id, "payout", ({ reviewFrom }) => reviewFrom === "failed");
  travelled.push({ ...stuck, stage: "issued", reservesNext: true });
  travelled.push({ ...given, stage: "returned" });
  travelled.push({ ...kept, stage: "returned", reservesNext: true });
  await allPaidOnce([lucky]);

  expect((await attemptsOf(pool, lucky.id, "withdraw")).map(({ generation }) => generation)).toEqual([0, 1]);
  expect(await attemptsOf(pool, stuck.id, "withdraw")).toHaveLength(1);
  expect(await attemptsOf(pool, given.id, "redeem")).toHaveLength(1);
  expect(await attemptsOf(pool, kept.id, "redeem")).toHaveLength(1);
}, 200_000);

/** A payment whose order at this endpoint the bank accepts and then fails. */
async function failedAtBank(
  kind: "fail-with-refund" | "fail-without-refund",
  endpoint: typeof WITHDRAWALS | typeof REDEMPTIONS,
  amount: string,
): Promise<CreatedPayment> {
  await turnDial(sandbox, [{ kind, endpoint }]);
  const [payment] = await paidBy([amount], 1_000);
  if (!payment) throw new Error("One payment was asked for.");
  const event = endpoint === WITHDRAWALS ? "retiro_fallido" : "pago_spei_fallido";
  await untilEvent(pool, event, 45_000, ({ paymentId }) => paymentId === payment.id);
  return payment;
}

test.each(["429", "420"] as const)(
  "locked out by a %s: everything keeps still until the minute is over, then goes on under the same key",
  async (kind) => {
    await turnDial(sandbox, [{ kind, endpoint: WITHDRAWALS, ms: 3_000 }]);
    const payments = await paidBy(["5000.00", "5100.00"], 6_000);
    const lockedMs = await until("the lockout", 20_000, lockedForMs);
    expect(lockedMs).toBeGreaterThan(55_000);
    // The bank's minute, cut short: its own three seconds are enough here.
    await pool.query("update kustodia.bank_access set locked_until = now() + interval '4 seconds'");
    await allPaidOnce(payments);
    const sent = (await Promise.all(payments.map(({ id }) => attemptsOf(pool, id, "withdraw")))).flat();
    expect(sent.filter(({ when }) => when === "not_now").map(({ reason }) => reason)).toEqual(["throttled"]);
  },
  200_000,
);

async function lockedForMs(): Promise<number | undefined> {
  const { rows } = await pool.query<{ ms: number }>(
    `select (extract(epoch from locked_until - clock_timestamp()) * 1000)::int as ms from kustodia.bank_access
     where locked_until > clock_timestamp()`,
  );
  return rows[0]?.ms;
}

// Last: here the bank's word and the bank's deed differ, so no books can agree. A person has to compare them.
test("a clear refusal of the only attempt is believed: the payment waits for a person and nothing is sent again", async () => {
  await turnDial(sandbox, [{ kind: "refuse-after-accepting", endpoint: WITHDRAWALS }]);
  const [payment] = await paidBy(["6000.00"], 6_000);
  const id = payment?.id ?? 0;
  await untilLeg(pool, id, "custody", ({ reviewFrom }) => reviewFrom === "withdrawing");
  expect(await api.payment(id)).toMatchObject({ status: "review" });
  expect((await attemptsOf(pool, id, "withdraw")).map(({ when }) => when)).toEqual(["never"]);
  await keysAreKept(pool, sandbox);
}, 60_000);
