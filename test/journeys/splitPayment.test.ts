import { afterAll, expect, test, vi } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import type { PaidPart } from "../../bin/audit/compareBooks.ts";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { until } from "../../bin/stack/until.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { CLABES } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { receiptDifferences } from "./support/receiptDifferences.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

const NOTICED_WITHIN_MS = 90_000;
const LONG_CUSTODY_MS = 60 * 60_000;

const system = await freshJourney({ reactorEnv: { TIMERS: "off" } });
afterAll(() => system.close());
const reactor = await system.startReactor();
// It watches all of this, and must find nothing: sums that were agreed are no surplus.
await system.startTripwire();
const api = apiOf(reactor, system);
const [ana] = system.persons;

const ACCOUNTS = { refund: "002115016003269411", seller: CLABES.bbva, platform: CLABES.hsbc, broker: CLABES.banorte };

/** 2,000 pesos: 1,200 held, of which 100 are the broker's; of the rest 150 are the platform's. */
const sale = (customer: string, custodyMs: number) => ({
  amount: "2000.00",
  payer: { id: customer, name: "Compradora", refund_clabe: ACCOUNTS.refund },
  recipient: { legal_name: "Vendedora SA" },
  payout_clabe: ACCOUNTS.seller,
  custody_amount: "1200.00",
  commissions: [
    { role: "platform", amount: "150.00", legal_name: "Plataforma SA", clabe: ACCOUNTS.platform },
    { role: "broker", amount: "100.00", legal_name: "Intermediario SA", clabe: ACCOUNTS.broker, paid_from: "custody" },
  ],
  custody_end: new Date(Date.now() + custodyMs).toISOString(),
});

const part = (
  source: PaidPart["source"],
  amountCentavos: bigint,
  payoutClabe: string,
  recipient: string,
  place: PaidPart["place"],
): PaidPart => ({ source, amountCentavos, payoutClabe, recipient, place });
const AT_ONCE = [
  part("deposit", 650_00n, ACCOUNTS.seller, "Vendedora SA", "beneficiary"),
  part("deposit", 150_00n, ACCOUNTS.platform, "Plataforma SA", "fees"),
];
const HELD = [
  part("custody", 1_100_00n, ACCOUNTS.seller, "Vendedora SA", "beneficiary"),
  part("custody", 100_00n, ACCOUNTS.broker, "Intermediario SA", "fees"),
];
const GIVEN_BACK = HELD.map((one) => ({
  ...one,
  payoutClabe: ACCOUNTS.refund,
  recipient: "Compradora",
  place: "returns" as const,
}));

async function paidAtOnce(customer: string, custodyMs: number) {
  const { id, deposit_clabe } = await api.createPayment(sale(customer, custodyMs));
  const payment = { id, amountCentavos: 2_000_00n, payoutClabe: ACCOUNTS.seller, recipient: "Vendedora SA" };
  await payDeposit(system.sandbox, { amount: "2000.00", depositClabe: deposit_clabe });
  return payment;
}

test("one deposit is paid on in part at once, held in part, and shared with platform and broker, to the centavo", async () => {
  const held = await paidAtOnce("retenida", LONG_CUSTODY_MS);
  await until("the part that is not held, paid", NOTICED_WITHIN_MS, async () => {
    const { status, amount_due } = await api.payment(held.id);
    return status === "active" && amount_due === "1200.00" ? true : undefined;
  });
  const view = await api.payment(held.id);
  expect(view.legs.map(({ kind, state, amount, beneficiary }) => [kind, state, amount, beneficiary?.payee])).toEqual([
    ["deposit", "issued", "2000.00", undefined],
    ["custody", "active", "1200.00", undefined],
    ["payout", "waiting", "1100.00", "seller"],
    ["payout", "paid", "650.00", "seller"],
    ["payout", "paid", "150.00", "platform"],
    ["payout", "waiting", "100.00", "broker"],
  ]);

  const whole = await paidAtOnce("completa", 6_000);
  await untilStatus(api, whole.id, "completed");

  // What is still held is the buyer's, if two persons say so; what was paid at once was not held.
  await post(reactor, ana, `/api/payments/${held.id}/dispute`, { reason: "no llegó" });
  await until("a dispute on the chain", NOTICED_WITHIN_MS, async () =>
    (await api.payment(held.id)).legs.some(({ state }) => state === "disputed") ? true : undefined,
  );
  await byTwo(reactor, system, `/api/payments/${held.id}/ruling`, { reason: "se revisó", for: "buyer" });
  await untilStatus(api, held.id, "refunded");

  await booksAgree(system, [
    { ...whole, stage: "paid", parts: [...AT_ONCE, ...HELD] },
    { ...held, stage: "paid", escrowStatus: "cancelled", parts: [...AT_ONCE, ...GIVEN_BACK] },
  ]);
  for (const { id } of [whole, held]) expect(await receiptDifferences(reactor, system, id)).toEqual([]);
  expect((await readBankBooks(system.sandbox)).totals.custody).toBe(0n);
  const { history } = await killSwitchAt(reactor.url, system.apiKey).status();
  expect(history).toEqual([]);
});

test("parts that are not the deposit to the centavo are refused, with the sum that was found", async () => {
  const refused = await fetch(`${reactor.url}/api/payments`, {
    method: "POST",
    headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ ...sale("mal sumada", LONG_CUSTODY_MS), custody_amount: "1850.01" }),
  });
  expect(await refused.json()).toMatchObject({
    ...{ status: 422, type: "/problems/parts_exceed_whole", pointer: "/custody_amount" },
    detail: expect.stringContaining("$2,000.01"),
  });
});
