import { afterAll, expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { untilLeg } from "../faults/support/legs.ts";
import { refundIssuance } from "../faults/support/refundIssuance.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { receiptDifferences } from "./support/receiptDifferences.ts";
import { eventsOfType } from "./support/untilEvent.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

/** A difference is told at once, at its second reading. */
const GRACE_MS = "1";

const system = await freshJourney({ reactorEnv: { TIMERS: "off", RECONCILE_GRACE_MS: GRACE_MS } });
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);
const { pool } = system.database;
const [ana] = system.persons;

test(
  "two persons extend custody: nothing is released at the end that was agreed first, and all of it at the new one",
  async () => {
    const payment = await createPayment(api, { amount: "1500.00", customer: "extendida", custodyMs: 5_000 });
    const at = `/api/payments/${payment.id}`;
    // Held, it stays in custody however long it takes to come there.
    await post(reactor, ana, `${at}/hold`, { reason: "hasta extenderla" });
    await payDeposit(system.sandbox, payment);
    const { custody_end: former } = await untilStatus(api, payment.id, "active");

    const endMs = Date.now() + 20_000;
    const custody_end = new Date(endMs).toISOString();
    const extension = { reason: "la mercancía llega después", custody_end };
    await byTwo(reactor, system, `${at}/extend-custody`, extension);
    await post(reactor, ana, `${at}/release-hold`, { reason: "ya está extendida" });

    expect((await api.payment(payment.id)).custody_end).toBe(custody_end);
    await booksAgree(system, [{ ...payment, stage: "escrowed" }]);
    await untilStatus(api, payment.id, "completed");
    const released = await pool.query<{ at: Date }>(
      "select at from kustodia.event where payment_id = $1 and type = 'custodia_vencida'",
      [payment.id],
    );
    expect(released.rows.map((row) => row.at.getTime() >= endMs)).toEqual([true]);
    const [extended] = await eventsOfType(pool, "custodia_extendida");
    expect(extended?.data).toMatchObject({ former_custody_end: former, reason: "la mercancía llega después" });
    await booksAgree(system, [{ ...payment, stage: "paid" }]);
    expect(await receiptDifferences(reactor, system, payment.id)).toEqual([]);
  },
  JOURNEY_MS,
);

test(
  "a deposit that the bank gave back after it was issued is covered by two persons: its seller is paid, and the books say by whom",
  async () => {
    const payment = await createPayment(api, { amount: "1700.00", customer: "devuelta", custodyMs: 1_000 });
    const at = `/api/payments/${payment.id}`;
    await payDeposit(system.sandbox, payment);
    await untilLeg(pool, payment.id, "deposit", ({ state }) => state === "issued");
    const { orders } = await readBankBooks(system.sandbox);
    const issuance = orders.find(({ type, amount }) => type === "ISSUANCE" && amount === payment.amountCentavos);
    await refundIssuance(system.sandbox, issuance?.id ?? "");
    await untilLeg(pool, payment.id, "deposit", ({ reviewFrom }) => reviewFrom === "issued");
    // Its MXNB come back from custody meanwhile, and wait for those two.
    await untilLeg(pool, payment.id, "payout", ({ reason }) => reason === "deposit_in_review", 120_000);

    const { rows } = await pool.query<{ id: number }>(
      "select id from kustodia.leg where payment_id = $1 and kind = 'deposit'",
      [payment.id],
    );
    const exit = (outcome: string) => ({ reason: "acordado con el banco", leg_id: rows[0]?.id, outcome });
    await expect(post(reactor, ana, `${at}/review`, exit("resume"))).rejects.toThrow(/409.*deposit_given_back/);
    await byTwo(reactor, system, `${at}/review`, exit("covered"));
    const paid = await untilStatus(api, payment.id, "completed");
    expect(paid).toMatchObject({ amount_due: "0.00", legs: [{ state: "covered" }, {}, { state: "paid" }] });
    const { spei_out } = await readBankBooks(system.sandbox);
    const sent = spei_out.filter(({ amount }) => amount === payment.amountCentavos);
    expect(sent.map(({ kind }) => kind).sort()).toEqual(["issuance_refund", "payout"]);

    const { rows: lines } = await pool.query<{ account: string; centavos: string }>(
      `select account, sum(amount_centavos)::text as centavos from kustodia.entry where payment_id = $1
       group by account having sum(amount_centavos) <> 0 order by account`,
      [payment.id],
    );
    expect(Object.fromEntries(lines.map(({ account, centavos }) => [account, centavos]))).toEqual({
      ...{ buyer: "-170000", beneficiary: "170000" },
      ...{ company: "-170000", returns: "170000" },
    });
    for (const _ of ["suspected", "broken"]) await api.trigger("sync");
    expect(await api.trigger("sync")).toMatchObject({ payments: 2, matched: 2, breaks: 0, difference: "0.00" });
    expect(await receiptDifferences(reactor, system, payment.id)).toEqual([]);
  },
  JOURNEY_MS,
);
