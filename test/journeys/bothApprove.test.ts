import { afterAll, expect, test } from "vitest";
import { apiOf } from "./support/api.ts";
import { booksAgree } from "./support/booksAgree.ts";
import { byTwo, post } from "./support/byTwo.ts";
import { createPayment } from "./support/createPayment.ts";
import { freshJourney } from "./support/freshJourney.ts";
import { payDeposit } from "./support/payDeposit.ts";
import { JOURNEY_MS, untilStatus } from "./support/untilStatus.ts";

const LONG_CUSTODY_MS = 60 * 60_000;

const system = await freshJourney({ reactorEnv: { TIMERS: "off" } });
afterAll(() => system.close());
const reactor = await system.startReactor();
const api = apiOf(reactor, system);
const [ana] = system.persons;

async function inCustody(amount: string, customer: string) {
  const terms = { custodyMs: LONG_CUSTODY_MS, releaseBy: "both_approvals" } as const;
  const payment = await createPayment(api, { amount, customer, ...terms });
  await payDeposit(system.sandbox, payment);
  await untilStatus(api, payment.id, "active");
  return payment;
}

const approvalOf = (party: "buyer" | "seller") => ({ party, reason: "la mercancía llegó", evidence: "correo" });

test(
  "a payment that both parties approve is paid long before its end; one that only one approves stays in custody",
  async () => {
    const byOne = await inCustody("300.00", "una sola");
    const byBoth = await inCustody("400.00", "ambas");
    await post(reactor, ana, `/api/payments/${byOne.id}/approve-release`, approvalOf("buyer"));
    await post(reactor, ana, `/api/payments/${byBoth.id}/approve-release`, approvalOf("seller"));
    await byTwo(reactor, system, `/api/payments/${byBoth.id}/approve-release`, approvalOf("buyer"));

    const paid = await untilStatus(api, byBoth.id, "completed");
    expect(Date.parse(paid.custody_end)).toBeGreaterThan(Date.now());
    expect((await api.payment(byOne.id)).legs.find(({ kind }) => kind === "custody")?.state).toBe("active");
    await booksAgree(system, [
      { ...byOne, stage: "escrowed" },
      { ...byBoth, stage: "paid" },
    ]);
  },
  2 * JOURNEY_MS,
);
