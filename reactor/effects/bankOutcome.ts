import type { BankReply } from "../juno/reply.ts";
import type { BankOutcome, Refused, Unknown } from "./order.ts";

type NotDone = Exclude<BankReply<unknown>, { outcome: "done" }>;

/** A bank reply as an outcome of the step: the id of what was accepted, or the refusal or silence with its evidence. */
export function bankOutcome<T>(reply: BankReply<T>, idOf: (value: T) => string): BankOutcome {
  return reply.outcome === "done"
    ? { outcome: "done", outsideId: idOf(reply.value), evidence: reply.evidence }
    : notDone(reply);
}

/** A refusal with its code, or a silence with what is known of it. */
export function notDone(reply: NotDone): Refused | Unknown {
  const { evidence } = reply;
  if (reply.outcome === "unknown") {
    return { outcome: "unknown", reason: reply.why, message: `${reply.why}: ${reply.message}`, evidence };
  }
  const { when, reason, code, message } = reply;
  return { outcome: "refused", when, reason, message: `${code}: ${message}`, evidence };
}
