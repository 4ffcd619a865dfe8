import type { PaymentRecord } from "../store/readPayments.ts";
import { Problem } from "./Problem.ts";

/** Names a payment as it is: every move of a leg, a hold, and an approval of its release, is another one. */
export const etagOf = ({ payment, legs, approvals }: PaymentRecord) => {
  const versions = legs.map(({ version }) => version).join(".");
  const approved = approvals.map(({ party }) => `.${party}`).join("");
  return `"${versions}${approved}${payment.held ? ".held" : ""}"`;
};

/**
 * Refuses what was meant for the payment as somebody read it before it changed.
 * @param ifMatch the header; left out, anything matches.
 * @throws {Problem} when none of the tags is the payment's.
 */
export function refuseChanged(record: PaymentRecord, ifMatch: string | undefined): void {
  refuseOther(etagOf(record), ifMatch);
}

/** @throws {Problem} when something's tag is none of those that somebody meant. */
export function refuseOther(etag: string, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch.trim() === "*") return;
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  if (!tags.includes(etag)) throw new Problem("changed_meanwhile");
}
