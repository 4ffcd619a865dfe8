import { annotatePayment } from "./annotatePayment.ts";
import { approveRelease } from "./approveRelease.ts";
import { assignDeposit } from "./assignDeposit.ts";
import { changeControl } from "./changeControl.ts";
import { drainLane, openLane, retireLane } from "./changeLane.ts";
import { correctAccount } from "./correctAccount.ts";
import { createKey } from "./createKey.ts";
import { erasePersonal } from "./erasePersonal.ts";
import { extendCustody } from "./extendCustody.ts";
import { holdPayment, releaseHold } from "./holdPayment.ts";
import { liftSwitch } from "./liftSwitch.ts";
import type { Operation } from "./plan.ts";
import { resolveReview } from "./resolveReview.ts";
import { returnDeposit } from "./returnDeposit.ts";
import { cancelPayment, openDispute, releaseEarly, ruleForBuyer, ruleForSeller } from "./ruleOnLeg.ts";

/** All that persons do to the system, by the name under which a plan of it is stored. */
export const operations = {
  annotate_payment: annotatePayment,
  approve_release: approveRelease,
  assign_deposit: assignDeposit,
  cancel_payment: cancelPayment,
  change_control: changeControl,
  correct_account: correctAccount,
  create_key: createKey,
  drain_lane: drainLane,
  erase_personal_data: erasePersonal,
  extend_custody: extendCustody,
  hold_payment: holdPayment,
  lift_kill_switch: liftSwitch,
  open_dispute: openDispute,
  open_lane: openLane,
  release_early: releaseEarly,
  release_hold: releaseHold,
  return_deposit: returnDeposit,
  resolve_review: resolveReview,
  retire_lane: retireLane,
  rule_for_buyer: ruleForBuyer,
  rule_for_seller: ruleForSeller,
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;

export const isOperation = (name: string): name is OperationName => Object.hasOwn(operations, name);
