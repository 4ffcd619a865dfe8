import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { freePort } from "../../bin/stack/freePort.ts";
import type { RunningReactor } from "../../bin/stack/startReactor.ts";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { type FaultKind, faultKind } from "../../sandbox/dial/fault.ts";
import { REPLY_FAULTS } from "../../sandbox/dial/replyFaults.ts";
import { REQUEST_FAULTS } from "../../sandbox/dial/requestFaults.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { apiOf } from "../journeys/support/api.ts";
import { byTwo } from "../journeys/support/byTwo.ts";
import { createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { cutLockoutsShort } from "./support/cutLockoutsShort.ts";
import { DIALLED, MONEY_CALLS, UNREADABLE } from "./support/dialTable.ts";
import { follow } from "./support/follow.ts";
import { untilLeg } from "./support/legs.ts";
import { attemptsOf } from "./support/orders.ts";
import { unspentFaults } from "./support/unspentFaults.ts";

const system = await freshSystem({
  reactorEnv: { TIMERS: "off", BANK_TIMEOUT_MS: "3000" },
  unclassified: UNREADABLE,
});
const { pool } = system.database;
const reactor = await system.startReactor();
const lockouts = cutLockoutsShort(pool, 1);
afterAll(async () => {
  lockouts.stop();
  await system.close();
});
const api = apiOf(reactor, system);
const { sandbox } = system;
const { paidBy, stand, allPaidOnce } = follow(system, () => reactor);

/** What the sandbox serves and we never call: our client has no such file. */
const NOT_OURS = ["GET /spei/v1/clabes", "GET /spei/v1/clabes/:clabe", "POST /spei/test/deposits"];
/** Once for each address, at a reactor's start. */
const AT_THE_START = "POST /v4/webhooks";
/** Their answers have no status word of the bank's transactions to spoil. */
const WITHOUT_STATUS = [
  "GET /mint_platform/v1/balances",
  "POST /mint_platform/v1/clabes",
  "GET /spei/v1/deposits",
  "GET /mint_platform/v1/accounts/banks",
  "POST /mint_platform/v1/accounts/banks",
];
const REGISTRATION = "POST /mint_platform/v1/accounts/banks";
/** Here a clear no is believed, and a person asked: no test of what goes on by itself, but one of its own below. */
const A_NO_IS_FINAL = ["GET /mint_platform/v1/accounts/banks", REGISTRATION];
const OF_STATUS: readonly FaultKind[] = ["unknown-status-word", "status-goes-backwards"];
/** Every fault of a request or of an answer, but a minimum, which nothing without an amount can be below. */
const KINDS = faultKind.options.filter(
  (kind) => (kind === "slow" || kind in REQUEST_FAULTS || kind in REPLY_FAULTS) && kind !== "refuse-below-minimum",
);

/** The sandbox's own list of what it serves. */
async function servedCalls(): Promise<readonly string[]> {
  const page = await (await fetch(sandbox.url)).text();
  return [...page.matchAll(/^ {2}((?:GET|POST) \/\S+)$/gm)].map(([, call = ""]) => call);
}

test("every fault of a request or an answer, at every call that moves no money: nothing is lost, nothing is done twice", async () => {
  const money: readonly string[] = Object.values(MONEY_CALLS);
  const calls = (await servedCalls()).filter((call) => ![...money, ...NOT_OURS, AT_THE_START].includes(call));
  expect(calls).toHaveLength(8);
  const faults = calls.flatMap((endpoint) =>
    KINDS.filter((kind) => !(WITHOUT_STATUS.includes(endpoint) && OF_STATUS.includes(kind)))
      .filter((kind) => !(A_NO_IS_FINAL.includes(endpoint) && kind === "refuse-after-accepting"))
      .map((kind) => ({ ...DIALLED[kind], kind, endpoint })),
  );
  await turnDial(sandbox, faults);
  const asked = await until("a payment, whose CLABE the bank is asked for again and again", 120_000, async () =>
    createPayment(api, { amount: "1500.00", customer: "insistente" }).catch((error: unknown) => {
      if (String(error).includes("bank_gave_no_clabe")) return undefined;
      throw error;
    }),
  );
  // Four accounts to register: as many as there are ways to lose the answer to a registration that was carried out.
  const others = await paidBy(["1500.00", "700.00", "800.00"], 4_000);
  await payDeposit(sandbox, asked);
  const payments = [asked, ...others];
  for (const { id } of payments) await untilStatus(api, id, "completed", 200_000);
  // Refunds are asked for only when an order failed; the hourly process asks for everything.
  await until(
    "every fault met",
    150_000,
    async () => {
      await api.trigger("sync").catch(unlessTheBankIsNotWhole);
      return (await unspentFaults(sandbox)).length === 0 ? true : undefined;
    },
    async () => (await unspentFaults(sandbox)).join(", "),
  );
  await allPaidOnce(payments);
}, 600_000);

test("an account that the bank has registered and said no to: a person is asked and nothing is paid; given back, it is found and paid once", async () => {
  await turnDial(sandbox, [{ kind: "refuse-after-accepting", endpoint: REGISTRATION }]);
  const payment = await createPayment(api, {
    ...{
      amount: "900.00",
      customer: "compradora-de-la-rechazada",
      recipient: "Vendedora sin Cuenta",
      custodyMs: 1_000,
    },
  });
  await payDeposit(sandbox, payment);
  await untilLeg(pool, payment.id, "payout", ({ reviewFrom }) => reviewFrom === "account", 120_000);
  expect(await unspentFaults(sandbox)).toEqual([]);
  for (const process of ["payouts", "sync"] as const) await api.trigger(process);
  expect(await attemptsOf(pool, payment.id, "redeem")).toEqual([]);
  const { rows } = await pool.query<{ id: number }>(
    "select id from kustodia.leg where payment_id = $1 and kind = 'payout'",
    [payment.id],
  );
  const back = { leg_id: rows[0]?.id, outcome: "retry", reason: "el banco ya la muestra", evidence: {} };
  await byTwo(reactor, system, `/api/payments/${payment.id}/review`, back);
  await allPaidOnce([payment]);
  expect((await attemptsOf(pool, payment.id, "registerAccount")).map(({ outcome }) => outcome)).toEqual([
    "refused",
    "done",
  ]);
}, 200_000);

test("whatever becomes of the bank's answer to where it shall ring: the reactor comes up, says so, and asks again at its next start", async () => {
  const API_PORT = String(await freePort());
  const registered = async ({ url }: RunningReactor) =>
    (await pool.query("select from kustodia.webhook_registration where callback_url = $1", [`${url}/webhooks/juno`]))
      .rowCount;
  // A slow request is still with the bank when its reactor has ended: it must not meet the next one's fault.
  const kinds = [...KINDS.filter((one) => one !== "slow" && !OF_STATUS.includes(one)), "slow" as const];
  for (const kind of kinds) {
    await turnDial(sandbox, [{ ...DIALLED[kind], kind, endpoint: AT_THE_START }]);
    const started = await system.startReactor("asks", { API_PORT });
    await until("its last word", 20_000, async () => (said(started).includes("en marcha") ? true : undefined));
    expect([kind, said(started)]).toEqual([kind, expect.stringMatching(/Juno no registró el webhook \(.+\); se le/)]);
    expect([kind, await registered(started), await unspentFaults(sandbox)]).toEqual([kind, 0, []]);
    expect(await started.stop()).toBe("ended");
  }
  const started = await system.startReactor("asks", { API_PORT });
  await until("the registration", 20_000, async () => ((await registered(started)) === 1 ? true : undefined));
  await started.stop();
}, 300_000);

const said = ({ logPath }: RunningReactor) => readFileSync(logPath, "utf8");

/** Books are held only against a whole reading of the bank: without one the process says so, and its next run asks again. */
function unlessTheBankIsNotWhole(error: unknown): void {
  if (!/process_failed|process_running|too_slow/.test(String(error))) throw error;
}

test("webhooks that are forged ring, and nothing they say is believed", async () => {
  const nobodyPays = await createPayment(api, { amount: "3333.00", customer: "compradora-que-no-paga" });
  await forge({ amount: "3333.00", receiver_clabe: nobodyPays.depositClabe });
  const [announced] = await paidBy(["2000.00"], 4_000);
  await forge({ amount: "2000.00", receiver_clabe: announced?.depositClabe ?? "" });
  await turnDial(sandbox, [
    { kind: "status-goes-backwards", endpoint: "GET /mint_platform/v1/transactions", times: 2 },
    { kind: "status-goes-backwards", endpoint: "GET /mint_platform/v1/transactions/:id", times: 2 },
  ]);
  stand([nobodyPays], "awaiting");
  await allPaidOnce(announced ? [announced] : []);
  expect((await api.payment(nobodyPays.id)).status).toBe("pending");
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
