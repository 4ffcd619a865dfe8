import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { turnDial } from "../../bin/stack/turnDial.ts";
import { until } from "../../bin/stack/until.ts";
import { REPLY_FAULTS } from "../../sandbox/dial/replyFaults.ts";
import { REQUEST_FAULTS } from "../../sandbox/dial/requestFaults.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { apiOf } from "../journeys/support/api.ts";
import { createPayment } from "../journeys/support/createPayment.ts";
import { payDeposit } from "../journeys/support/payDeposit.ts";
import { untilStatus } from "../journeys/support/untilStatus.ts";
import { cutLockoutsShort } from "./support/cutLockoutsShort.ts";
import { MONEY_CALLS } from "./support/dialTable.ts";
import { follow } from "./support/follow.ts";
import { unspentFaults } from "./support/unspentFaults.ts";

const system = await freshSystem({ reactorEnv: { TIMERS: "off", BANK_TIMEOUT_MS: "3000" } });
const reactor = await system.startReactor();
const lockouts = cutLockoutsShort(system.database.pool, 1);
afterAll(async () => {
  lockouts.stop();
  await system.close();
});
const api = apiOf(reactor, system);
const { sandbox } = system;
const { paidBy, stand, allPaidOnce } = follow(system, () => reactor);

/** What the sandbox serves and we never call: our client has no such file. */
const NOT_OURS = ["GET /spei/v1/clabes", "GET /spei/v1/clabes/:clabe", "POST /spei/test/deposits"];
/** Once for each address, before any test: the reactor asked at its start. */
const AT_THE_START = ["POST /v4/webhooks"];
/** Their answers have no status word of the bank's transactions to spoil. */
const WITHOUT_STATUS = [
  "GET /mint_platform/v1/balances",
  "POST /mint_platform/v1/clabes",
  "GET /spei/v1/deposits",
  "GET /mint_platform/v1/accounts/banks",
  "POST /mint_platform/v1/accounts/banks",
];
/** Here a clear no is believed, and a person asked: no test of what goes on by itself. */
const A_NO_IS_FINAL = ["GET /mint_platform/v1/accounts/banks", "POST /mint_platform/v1/accounts/banks"];
const OF_STATUS = ["unknown-status-word", "status-goes-backwards"];

/** The sandbox's own list of what it serves. */
async function servedCalls(): Promise<readonly string[]> {
  const page = await (await fetch(sandbox.url)).text();
  return [...page.matchAll(/^ {2}((?:GET|POST) \/\S+)$/gm)].map(([, call = ""]) => call);
}

test("every fault of a request or an answer, at every call that moves no money: nothing is lost, nothing is done twice", async () => {
  const money: readonly string[] = Object.values(MONEY_CALLS);
  const calls = (await servedCalls()).filter((call) => ![...money, ...NOT_OURS, ...AT_THE_START].includes(call));
  expect(calls).toHaveLength(8);
  // What a call has no amount for can not be below a minimum.
  const kinds = Object.keys({ ...REQUEST_FAULTS, ...REPLY_FAULTS }).filter((kind) => kind !== "refuse-below-minimum");
  const faults = calls.flatMap((endpoint) =>
    kinds
      .filter((kind) => !(WITHOUT_STATUS.includes(endpoint) && OF_STATUS.includes(kind)))
      .filter((kind) => !(A_NO_IS_FINAL.includes(endpoint) && kind === "refuse-after-accepting"))
      .map((kind) => ({ kind: kind as "slow", endpoint })),
  );
  await turnDial(sandbox, faults);
  const asked = await until("a payment, whose CLABE the bank is asked for again and again", 60_000, async () =>
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
    60_000,
    async () => {
      await api.trigger("sync").catch(unlessTheBankIsNotWhole);
      return (await unspentFaults(sandbox)).length === 0 ? true : undefined;
    },
    async () => (await unspentFaults(sandbox)).join(", "),
  );
  await allPaidOnce(payments);
}, 400_000);

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
