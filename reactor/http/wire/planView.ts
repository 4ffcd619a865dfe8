import { z } from "@hono/zod-openapi";
import { maskClabe } from "../../payments/clabe.ts";
import { PAYEES, type Payee } from "../../payments/payee.ts";
import type { BankAccount } from "../../store/payoutAccounts.ts";
import type { StoredPlan } from "../../store/plans.ts";
import type { Operated } from "../operations/operate.ts";
import { isoTime, isoTimeOrNull } from "./isoTime.ts";

const plan = z
  .object({
    operation: z.string().openapi({ example: "lift_kill_switch" }),
    persons: z.union([z.literal(1), z.literal(2)]).openapi({ description: "How many must stand for it" }),
    es: z.string(),
    en: z.string(),
    payment_id: z.int().nullable(),
    leg: z.object({ id: z.int(), kind: z.string(), state: z.string(), version: z.int() }).nullable(),
    resulting_state: z.string().nullable(),
    calls: z
      .array(
        z.object({
          to: z.enum(["bank", "chain"]),
          action: z.string(),
          key: z.string().nullable(),
          body: z.record(z.string(), z.string()),
        }),
      )
      .openapi({ description: "What leaves by it" }),
    ledger: z
      .array(
        z.object({
          from: z.string(),
          to: z.string(),
          amount: z.string(),
          state: z.enum(["pending", "posted", "voided"]),
        }),
      )
      .openapi({ description: "What the books will say" }),
    details: z.record(z.string(), z.string()),
  })
  .openapi("Plan");

/** What an operation answers: done, or a plan to be confirmed by another person. */
export const operatedView = z
  .object({
    done: z.boolean(),
    hash: z.string().nullable().openapi({ description: "To be confirmed at /api/plans/{hash}/confirm" }),
    expires_at: z.iso.datetime().nullable(),
    plan,
  })
  .openapi("Operated");

export function toOperatedView(operated: Operated) {
  const open = operated.done
    ? { hash: null, expires_at: null }
    : { hash: operated.hash, expires_at: isoTime(operated.expiresAtMs) };
  // The schema's arrays are not readonly; what is answered is only written out.
  return operatedView.parse({ done: operated.done, ...open, plan: operated.plan });
}

export const storedPlanView = z
  .object({
    hash: z.string(),
    reason: z.string(),
    proposed_by: z.string(),
    proposed_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    confirmed_by: z.string().nullable(),
    confirmed_at: z.iso.datetime().nullable(),
    account: z
      .object({ payee: z.enum(PAYEES), legal_name: z.string().nullable(), clabe: z.string() })
      .nullable()
      .openapi({
        description: "To which it would pay; whole for a key that approves. Null for a plan about no account",
      }),
    plan,
  })
  .openapi("StoredPlan");

type Account = BankAccount & Readonly<{ id: number; payee: Payee }>;

/** The number of the account that a plan is about; null for none. */
export function accountIdOf(stored: StoredPlan): number | null {
  const { account_id } = plan.parse(stored.plan).details;
  return account_id === undefined ? null : Number(account_id);
}

/** @param mayApprove whether whoever reads may confirm it: then they must see what they answer for. */
export function toStoredPlanView(
  stored: StoredPlan,
  accounts: readonly Account[],
  mayApprove: boolean,
): z.infer<typeof storedPlanView> {
  const account = accounts.find(({ id }) => id === accountIdOf(stored));
  return {
    hash: stored.hash,
    reason: stored.reason,
    proposed_by: stored.proposer,
    proposed_at: isoTime(stored.proposedAtMs),
    expires_at: isoTime(stored.expiresAtMs),
    confirmed_by: stored.confirmer,
    confirmed_at: isoTimeOrNull(stored.confirmedAtMs),
    account:
      account === undefined
        ? null
        : {
            payee: account.payee,
            legal_name: mayApprove ? account.legalName : null,
            clabe: mayApprove ? account.clabe : maskClabe(account.clabe),
          },
    plan: plan.parse(stored.plan),
  };
}
