import { missingApprovals } from "../../payments/releaseBy.ts";
import { appendEvents, type StoredEvent } from "../../store/appendEvent.ts";
import type { Queryable } from "../../store/database.ts";
import type { findLink } from "../../store/paymentLinks.ts";
import { insertApproval } from "../../store/releaseApprovals.ts";
import { insertRuling } from "../../store/rulings.ts";
import { lockLeg, wakeLegs } from "../../store/saveLeg.ts";
import { Problem } from "../Problem.ts";
import { missingOf } from "./approveRelease.ts";
import { legIn, recordOf } from "./legPlan.ts";

type OpenLink = NonNullable<Awaited<ReturnType<typeof findLink>>>;

/**
 * A party approves by its own link that custody ends before its time. Two parties who each did so are two persons, and the
 * second one's approval releases. Where an operator recorded the other one it does not: then one operator with one party would
 * have, so that two operators stand for it.
 * @returns the events to show.
 * @throws {Problem} for a link that may not approve, a payment that asks for no approval or is not in custody, or an approval
 *   that is there already.
 */
export async function approveAsParty(tx: Queryable, link: OpenLink): Promise<readonly StoredEvent[]> {
  const { id, paymentId, audience } = link;
  if (!link.approves) throw new Problem("link_only_shows");
  const leg = legIn(await recordOf(tx, paymentId), "custody", ["active"]);
  if (!(await lockLeg(tx, leg.id, leg.version))) throw new Problem("plan_changed");
  const { payment, approvals } = await recordOf(tx, paymentId);
  if (payment.releaseBy !== "both_approvals") throw new Problem("approvals_not_asked_for");
  const given = {
    paymentId,
    party: audience,
    givenBy: "party",
    evidence: `enlace ${id}`,
    recordedBy: NAMES[audience],
  } as const;
  if (!missingOf({ payment, approvals }).includes(audience) || !(await insertApproval(tx, given))) {
    throw new Problem("approved_already");
  }
  const all = [...approvals, given];
  const isLast =
    missingApprovals(
      payment.releaseBy,
      all.map(({ party }) => party),
    ).length === 0;
  const next = !isLast
    ? "awaits_other"
    : all.every(({ givenBy }) => givenBy === "party")
      ? "released"
      : "awaits_operators";
  if (next === "released") {
    const decided = {
      legId: leg.id,
      kind: "release",
      actor: "comprador, vendedor",
      reason: "cada parte por su enlace",
    } as const;
    if (!(await insertRuling(tx, decided))) throw new Problem("already_decided");
    await wakeLegs(tx, [leg.id]);
  }
  const data = { audience, next };
  return appendEvents(tx, [{ paymentId, legId: leg.id, type: "liberacion_aprobada", data, actor: NAMES[audience] }]);
}

/** By which name the history knows a party: it has no other. */
const NAMES = { buyer: "comprador", seller: "vendedor" } as const;
