import { z } from "@hono/zod-openapi";
import { apply, applyReturn, asItStood } from "../../payments/apply.ts";
import { maskClabe } from "../../payments/clabe.ts";
import { correctionOf } from "../../payments/correctionOf.ts";
import type { Facts } from "../../payments/facts.ts";
import type { Leg } from "../../payments/leg.ts";
import { toPesos } from "../../payments/money.ts";
import { appendEvents } from "../../store/appendEvent.ts";
import { closeAsNever } from "../../store/attempts.ts";
import { insertClaims } from "../../store/claims.ts";
import { contextOf } from "../../store/contextOf.ts";
import { databaseNowMs } from "../../store/databaseNowMs.ts";
import { loadFacts } from "../../store/facts.ts";
import { findProposedAccount, putInForce } from "../../store/payoutAccounts.ts";
import type { PaymentRecord } from "../../store/readPayments.ts";
import { saveLeg } from "../../store/saveLeg.ts";
import { settleTransfers } from "../../store/transfers.ts";
import { Problem } from "../Problem.ts";
import { checkProofs, type Proven } from "./checkProofs.ts";
import { effectsOf } from "./effectsOf.ts";
import { legPlan, recordOf } from "./legPlan.ts";
import { type OperationPorts, operation } from "./plan.ts";

const request = z.object({
  paymentId: z.number(),
  legId: z.number(),
  /** The proposed account: its name and CLABE are kept apart, and erased with the payment's others. */
  accountId: z.number(),
  refund: z.string().optional(),
});

type Prepared = Readonly<{
  record: PaymentRecord;
  leg: Leg;
  facts: Facts;
  proven: Proven;
  /** As it would be. */
  next: Leg;
  proposed: NonNullable<Awaited<ReturnType<typeof findProposedAccount>>>;
}>;

/**
 * Pays a payout to another account. Only while nothing was ordered for the present one, or where it is shown that what was
 * ordered has happened to nobody or is back: never while its SPEI may be under way.
 */
export const correctAccount = operation({
  request,
  async draw(ports, wanted) {
    const { record, leg, proven, next, proposed } = await prepare(ports, wanted);
    const { payee, clabe } = proposed;
    const known = record.accounts.find((one) => one.legId === leg.id && one.payee === payee);
    const accounts = [{ ...proposed, id: wanted.accountId, legId: leg.id, version: (known?.version ?? 0) + 1 }];
    return {
      ...legPlan("correct_account", 2, leg, {
        es: `se paga a la cuenta ${maskClabe(clabe)}`,
        en: `is paid to account ${maskClabe(clabe)}`,
      }),
      resulting_state: next.state,
      ...(await effectsOf(ports.db, next, { ...record, accounts }, ports.facts)),
      details: {
        account_id: String(wanted.accountId),
        payee,
        former_clabe: known === undefined ? "—" : maskClabe(known.clabe),
        ...proven.shown,
      },
    };
  },
  async perform(ports, tx, wanted, plan, by) {
    const { leg, facts, proven, next } = await prepare(ports, wanted);
    if (leg.version !== plan.leg?.version) throw new Problem("plan_changed");
    if (!(await putInForce(tx, wanted.accountId, leg.id))) throw new Problem("plan_changed");
    if (leg.reviewFrom === null) {
      const move = { kind: "move", outcome: "account_corrected", evidence: { reason: by.reason } } as const;
      const events = await ports.move(tx, leg, facts, move, by.names.join(", "));
      if (events.length === 0) throw new Problem("plan_changed");
      return events;
    }
    if (!(await saveLeg(tx, next))) throw new Problem("plan_changed");
    // Nobody looks any more for the order to the former account: it was shown that it never comes, or is back.
    await insertClaims(tx, leg.id, proven.claims);
    await settleTransfers(tx, leg.id, "voided");
    await closeAsNever(tx, leg.id, leg.generation);
    const { id: legId, paymentId, amountCentavos } = leg;
    const data = { amount: toPesos(amountCentavos), ...proven.shown, reason: by.reason };
    return appendEvents(tx, [{ paymentId, legId, type: "cuenta_corregida", data, actor: by.names.join(", ") }]);
  },
});

async function prepare(ports: OperationPorts, wanted: z.output<typeof request>): Promise<Prepared> {
  const { db } = ports;
  const { paymentId, legId, accountId, refund } = wanted;
  const record = await recordOf(db, paymentId);
  const context = await contextOf(db, ports.facts, record.payment.lane);
  const leg = correctableLeg(record, legId);
  const correction = correctionOf(leg);
  if (correction === null) throw new Problem("payout_under_way", { facts: { state: leg.reviewFrom ?? leg.state } });
  const proposed = await findProposedAccount(db, accountId);
  if (proposed === null) throw new Problem("plan_changed");
  const stood = leg.reviewFrom === null ? leg : asItStood(leg);
  const nowMs = await databaseNowMs(db);
  const facts = (await loadFacts(db, [stood], context, nowMs)).get(leg.id);
  if (facts === undefined) throw new Error(`No facts were loaded for leg ${leg.id}.`);
  const proven = await checkProofs(correction.proofs, { db, context, leg: stood, facts, evidence: { refund } });
  const next =
    leg.reviewFrom === null
      ? apply(leg, "account_corrected", {}, facts.terms, nowMs).leg
      : applyReturn(leg, correction, facts.terms, nowMs);
  return { record, leg, facts, proven, next, proposed };
}

/** @throws {Problem} when the payment has no such payout, or its account can no longer be changed. */
export function correctableLeg(record: PaymentRecord, legId: number): Leg {
  const leg = record.legs.find(({ id, kind }) => id === legId && kind === "payout");
  if (leg === undefined) throw new Problem("leg_not_found", { facts: { id: String(legId) } });
  if (correctionOf(leg) !== null) return leg;
  throw new Problem("payout_under_way", { facts: { state: leg.reviewFrom ?? leg.state } });
}
