import { afterAll, describe, expect, test } from "vitest";
import { readBankBooks } from "../../bin/audit/bankBooks.ts";
import { until } from "../../bin/stack/until.ts";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { CLABES, type CreatedPayment, createPayment, type PaymentWishes } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

const LONG_CUSTODY_MS = 60 * 60_000;
const NOTICED_WITHIN_MS = 120_000;

describe.each(["one-step", "two-step"] as const)("on the %s contract", async (shape) => {
  const system = await freshJourney({ shape, reactorEnv: { TIMERS: "off" } });
  afterAll(() => system.close());
  const reactor = await system.startReactor();
  const api = apiOf(reactor, system);
  const [ana] = system.persons;

  async function disputed(wishes: Omit<PaymentWishes, "custodyMs">): Promise<CreatedPayment> {
    const payment = await createPayment(api, { ...wishes, custodyMs: LONG_CUSTODY_MS });
    await payDeposit(system.sandbox, payment);
    await untilStatus(api, payment.id, "active");
    await post(reactor, ana, `/api/payments/${payment.id}/dispute`, { reason: "la mercancía no llegó" });
    const custody = async () => (await api.payment(payment.id)).legs.find(({ kind }) => kind === "custody")?.state;
    await until("a dispute on the chain", NOTICED_WITHIN_MS, async () =>
      (await custody()) === "disputed" ? true : undefined,
    );
    return payment;
  }
  const rule = (payment: CreatedPayment, winner: "seller" | "buyer") =>
    byTwo(reactor, system, `/api/payments/${payment.id}/ruling`, { reason: "se revisó la entrega", for: winner });

  test(
    "a dispute ends where two persons say: at the seller's account, at the buyer's, or at one that they are told later",
    async () => {
      const forSeller = await disputed({ amount: "500.00", customer: "uno" });
      const forBuyer = await disputed({ amount: "600.00", customer: "dos", refundClabe: CLABES.hsbc });
      const unnamed = await disputed({ amount: "700.00", customer: "tres" });
      await rule(forSeller, "seller");
      await rule(forBuyer, "buyer");
      await rule(unnamed, "buyer");

      // The seller's escrow goes on to its end: it is released early, by both.
      await until("custody again", NOTICED_WITHIN_MS, async () =>
        (await api.payment(forSeller.id)).status === "active" ? true : undefined,
      );
      await byTwo(reactor, system, `/api/payments/${forSeller.id}/early-release`, {
        reason: "la disputa terminó",
        buyer_approval: "correo",
        seller_approval: "correo",
      });
      await untilStatus(api, forSeller.id, "completed");

      const refunded = await untilStatus(api, forBuyer.id, "refunded");
      expect(refunded.amount_due).toBe("0.00");
      expect(refunded.legs.at(-1)?.beneficiary).toEqual({
        ...{ payee: "buyer", source: "custody" },
        ...{ legal_name: "Compradora dos", clabe: `••••${CLABES.hsbc.slice(-4)}` },
      });

      // Nobody has said where to: nothing is paid until two persons have.
      const payout = await until("a payout without an account", NOTICED_WITHIN_MS, async () =>
        (await api.payment(unnamed.id)).legs.find(({ reason }) => reason === "no_account"),
      );
      expect(payout).toMatchObject({ kind: "payout", state: "account", beneficiary: { payee: "buyer", clabe: null } });
      const legId = await payoutOf(unnamed.id);
      const account = { leg_id: legId, legal_name: "Compradora Tercera", clabe: CLABES.banorte };
      await byTwo(reactor, system, `/api/payments/${unnamed.id}/account`, { reason: "la dio por correo", ...account });
      await untilStatus(api, unnamed.id, "refunded");

      const cancelled = { stage: "paid", escrowStatus: "cancelled" } as const;
      await booksAgree(system, [
        { ...forSeller, stage: "paid" },
        { ...forBuyer, ...cancelled, payoutClabe: CLABES.hsbc, recipient: "Compradora dos" },
        { ...unnamed, ...cancelled, payoutClabe: CLABES.banorte, recipient: "Compradora Tercera" },
      ]);
      expect((await readBankBooks(system.sandbox)).totals.custody).toBe(0n);
    },
    2 * JOURNEY_MS,
  );

  async function payoutOf(paymentId: number): Promise<number> {
    const { rows } = await system.database.pool.query<{ id: number }>(
      "select id from kustodia.leg where payment_id = $1 and kind = 'payout'",
      [paymentId],
    );
    return rows[0]?.id ?? 0;
  }
});
