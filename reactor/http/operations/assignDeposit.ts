import { z } from "@hono/zod-openapi";
import { maskClabe } from "../../payments/clabe.ts";
import { toPesos } from "../../payments/money.ts";
import { readPayer } from "../../payments/readPayer.ts";
import { assignByHand, findUnassigned, type UnassignedDeposit } from "../../store/assignByHand.ts";
import { claimReturned } from "../../store/assignReturned.ts";
import { claimantOf } from "../../store/evidence.ts";
import { accountOf } from "../../store/lanes.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import { Problem } from "../Problem.ts";
import { legIn, legPlan, recordOf } from "./legPlan.ts";
import { operation, type Plan } from "./plan.ts";

/** A SPEI of ours that came back belongs to its own payment, and never pays for somebody's order (DESIGN 6). */
function drawReturn(record: PaymentRecord, account: string, money: UnassignedDeposit): Plan {
  const { issuanceId, amountCentavos, status } = money;
  const paid = record.legs.filter((leg) => leg.kind === "payout" && leg.state === "paid");
  const leg = paid.find((one) => one.amountCentavos === amountCentavos);
  const wrong =
    status !== "COMPLETE"
      ? "not_issued_yet"
      : money.account !== account
        ? "other_account"
        : leg === undefined
          ? "returned_payout"
          : null;
  if (wrong !== null || leg === undefined) {
    throw new Problem("deposit_does_not_fit", { facts: { id: issuanceId, wrong: wrong ?? "" } });
  }
  const amount = toPesos(amountCentavos);
  return {
    ...legPlan("assign_deposit", 1, leg, {
      es: `su SPEI de ${amount} es el que volvió`,
      en: `its SPEI of ${amount} is the one that came back`,
    }),
    resulting_state: "bounced",
    details: { issuance_id: issuanceId },
  };
}

/**
 * Gives money that came without one sure owner to a payment that waits for exactly as much. Two persons where it came to
 * another customer's CLABE: then nothing but their word says that it was meant for this one.
 */
export const assignDeposit = operation({
  request: z.object({ issuanceId: z.string(), paymentId: z.number() }),
  async draw({ db }, { issuanceId, paymentId }) {
    const money = await findUnassigned(db, issuanceId);
    if (money === null) throw new Problem("deposit_not_found", { facts: { id: issuanceId } });
    const record = await recordOf(db, paymentId);
    // Out of the account to which it came: there the payment's orders must find it.
    const account = await accountOf(db, record.payment.lane);
    if (money.why === "returned_payout") return drawReturn(record, account, money);
    const leg = legIn(record, "deposit", ["awaiting", "seen"]);
    const misfit =
      money.refunded || money.status === "FAILED"
        ? "refunded"
        : money.account !== account
          ? "other_account"
          : money.amountCentavos !== leg.amountCentavos
            ? "other_amount"
            : (await claimantOf(db, "issuance", issuanceId)) !== null
              ? "claimed"
              : null;
    if (misfit !== null) throw new Problem("deposit_does_not_fit", { facts: { id: issuanceId, wrong: misfit } });
    const sameCustomer = money.clabe === record.payment.depositClabe;
    const amount = toPesos(money.amountCentavos);
    const clabe = maskClabe(money.clabe);
    return {
      ...legPlan("assign_deposit", sameCustomer ? 1 : 2, leg, {
        es: `recibe el depósito de ${amount} que llegó a la CLABE ${clabe}`,
        en: `is given the deposit of ${amount} that came to CLABE ${clabe}`,
      }),
      resulting_state: "issuing",
      details: {
        issuance_id: issuanceId,
        same_customer: String(sameCustomer),
        payer: readPayer(money.payerName, record.party?.payerName ?? ""),
      },
    };
  },
  async perform(_ports, tx, { issuanceId }, plan) {
    const { leg } = plan;
    if (leg?.kind === "payout" && (await claimReturned(tx, issuanceId, leg))) return [];
    if (leg?.kind !== "deposit" || !(await assignByHand(tx, { issuanceId, legId: leg.id, version: leg.version }))) {
      throw new Problem("plan_changed");
    }
    return [];
  },
});
