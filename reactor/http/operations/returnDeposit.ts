import { randomBytes } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { movementOf } from "../../books/places.ts";
import { maskClabe } from "../../payments/clabe.ts";
import { SMALLEST_CENTAVOS, toDecimal, toPesos } from "../../payments/money.ts";
import { findUnassigned, type UnassignedDeposit } from "../../store/assignByHand.ts";
import type { Queryable } from "../../store/database.ts";
import { databaseNowMs } from "../../store/databaseNowMs.ts";
import { claimantOf } from "../../store/evidence.ts";
import { chooseLane } from "../../store/lanes.ts";
import { findProposedAccount } from "../../store/payoutAccounts.ts";
import { returnDeposit as storeReturn } from "../../store/returnDeposit.ts";
import { Problem } from "../Problem.ts";
import { operation, planOf } from "./plan.ts";

/** Sends money that is nobody's to the account that two persons give: the bank's list does not tell the payer's. */
export const returnDeposit = operation({
  request: z.object({ issuanceId: z.string(), accountId: z.number() }),
  async draw({ db }, { issuanceId, accountId }) {
    const money = await returnableDeposit(db, issuanceId);
    const account = await findProposedAccount(db, accountId);
    if (account === null) throw new Problem("plan_changed");
    const clabe = maskClabe(account.clabe);
    const amount = toDecimal(money.amountCentavos);
    const movement = movementOf("redeem", account);
    return {
      ...planOf("return_deposit", 2, {
        es: `El depósito de ${toPesos(money.amountCentavos)} que llegó a la CLABE ${maskClabe(money.clabe)} se devuelve a la cuenta ${clabe}`,
        en: `The deposit of ${toPesos(money.amountCentavos)} that came to CLABE ${maskClabe(money.clabe)} is sent back to account ${clabe}`,
      }),
      // Their keys are of legs that are not there yet.
      calls: (["registerAccount", "redeem"] as const).map((action) => ({
        ...{ to: "bank" as const, action, key: null },
        body: action === "redeem" ? { amount, clabe } : { clabe },
      })),
      ledger: movement === null ? [] : [{ ...movement, amount, state: "pending" as const }],
      details: { issuance_id: issuanceId, account_id: String(accountId) },
    };
  },
  async perform({ db }, tx, { issuanceId, accountId }, _plan, by) {
    const deposit = await returnableDeposit(tx, issuanceId);
    const [actor, salt] = [by.names.join(", "), randomBytes(32).toString("hex")];
    // Out of the account that it came to: there it goes back also when nothing new comes in by it.
    const { account } = deposit;
    const lane = (await chooseLane(tx, account)) ?? (await chooseLane(tx, account, ["draining"]));
    if (lane === null) throw new Problem("no_open_lane");
    const events = await storeReturn(tx, { deposit, accountId, lane, actor, salt, nowMs: await databaseNowMs(db) });
    if (events === null) throw new Problem("plan_changed");
    return events;
  },
});

/** @throws {Problem} when there is no such money, or it is not there to be sent. */
export async function returnableDeposit(db: Queryable, issuanceId: string): Promise<UnassignedDeposit> {
  const money = await findUnassigned(db, issuanceId);
  if (money === null) throw new Problem("deposit_not_found", { facts: { id: issuanceId } });
  // The bank neither issues nor redeems less: it has given this back, or is about to.
  if (money.amountCentavos < SMALLEST_CENTAVOS) {
    throw new Problem("deposit_under_minimum", { facts: { minimum: toPesos(SMALLEST_CENTAVOS) } });
  }
  const wrong =
    money.why === "returned_payout"
      ? "returned_payout"
      : money.refunded || money.status === "FAILED"
        ? "refunded"
        : money.status !== "COMPLETE"
          ? "not_issued_yet"
          : (await claimantOf(db, "issuance", issuanceId)) !== null
            ? "claimed"
            : null;
  if (wrong !== null) throw new Problem("deposit_not_returnable", { facts: { id: issuanceId, wrong } });
  return money;
}
