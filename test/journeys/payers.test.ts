import { afterAll, expect, test, vi } from "vitest";
import { deposit } from "../../bin/demo/api.ts";
import { until } from "../../bin/stack/until.ts";
import { legOf, untilLeg } from "../faults/support/legs.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { CLABES, createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

vi.setConfig({ testTimeout: JOURNEY_MS });

const WITHIN_MS = 90_000;

const system = await freshJourney({ reactorEnv: { TIMERS: "off", THIRD_PARTY_PAYERS: "hold" } });
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);
const { pool } = system.database;
const [ana] = system.persons;

/** A payment, and its deposit in some name. Its buyer is «Compradora» and the customer's. */
async function paidBy(payer: string, customer: string, amount: string) {
  const payment = await createPayment(api, { amount, customer, custodyMs: 1_000 });
  await deposit(system.sandbox.url, { clabe: payment.depositClabe, amount, payer });
  return payment;
}

type Unassigned = Readonly<{ issuance_id: string; why: string; payer_name: string | null; buyer_names: string[] }>;
const heldOf = (customer: string) =>
  until(`a deposit held for ${customer}`, WITHIN_MS, async () => {
    const headers = { authorization: `Bearer ${ana}` };
    const response = await fetch(`${reactor.url}/api/unassigned-deposits`, { headers });
    const { deposits } = (await response.json()) as { deposits: (Unassigned & { status: string })[] };
    return deposits.find((one) => one.buyer_names.includes(`Compradora ${customer}`) && one.status === "COMPLETE");
  });

test("a deposit in the buyer's name goes its way; in another name, or in none, it waits until a person assigns it or two send it back", async () => {
  const own = await paidBy("ALVAREZ, COMPRADORA", "Álvarez", "710.00");
  const other = await paidBy("BETO RUIZ", "Bravo", "720.00");
  const untold = await paidBy(".", "Castro", "730.00");
  const unwanted = await paidBy("CARLOS SOTO", "Duarte", "740.00");

  expect((await untilStatus(api, own.id, "completed")).deposit_payer).toEqual({
    ...{ name: "ALVAREZ, COMPRADORA", is: "buyer" },
  });
  const [ofOther, ofUntold, ofUnwanted] = [await heldOf("Bravo"), await heldOf("Castro"), await heldOf("Duarte")];
  expect(ofOther).toMatchObject({ why: "other_payer", payer_name: "BETO RUIZ" });
  expect(ofUntold).toMatchObject({ why: "untold_payer", payer_name: "." });
  expect(await legOf(pool, other.id, "deposit")).toMatchObject({ state: "awaiting", reason: "other_payer" });
  expect(await legOf(pool, untold.id, "deposit")).toMatchObject({ state: "awaiting", reason: "untold_payer" });

  for (const [payment, held] of [[other, ofOther] as const, [untold, ofUntold] as const]) {
    const path = `/api/payments/${payment.id}/assign-deposit`;
    await post(reactor, ana, path, { issuance_id: held.issuance_id, reason: "pagó su hermano, lo confirmó" });
    await untilStatus(api, payment.id, "completed");
  }
  expect((await api.payment(other.id)).deposit_payer).toEqual({ name: "BETO RUIZ", is: "another" });

  const back = { legal_name: "Carlos Soto", clabe: CLABES.banorte, reason: "no es el comprador" };
  await byTwo(reactor, system, `/api/unassigned-deposits/${ofUnwanted.issuance_id}/return`, back);
  const { rows } = await pool.query<{ id: number }>("select id from kustodia.payment where purpose = 'return'");
  const returned = rows[0]?.id ?? 0;
  await untilStatus(api, returned, "refunded");
  await untilLeg(pool, unwanted.id, "deposit", ({ reason }) => reason === null, WITHIN_MS);
  const { rows: events } = await pool.query<{ data: object }>(
    "select data from kustodia.event where type = 'deposito_de_otro_pagador' order by id",
  );
  expect(events).toHaveLength(3);
  expect(JSON.stringify(events)).not.toMatch(/RUIZ|SOTO/);
  await booksAgree(system, [
    { ...own, stage: "paid" },
    { ...other, stage: "paid", waited: true },
    { ...untold, stage: "paid", waited: true },
    { ...unwanted, stage: "awaiting" },
    {
      ...{ id: returned, amountCentavos: 74_000n, payoutClabe: back.clabe, recipient: back.legal_name },
      ...{ stage: "issued", waited: true },
      parts: [
        {
          ...{ source: "deposit", amountCentavos: 74_000n, place: "returns" },
          ...{ payoutClabe: back.clabe, recipient: back.legal_name },
        },
      ],
    },
  ]);
});
