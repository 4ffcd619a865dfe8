import { DAY_MS } from "../payments/table.ts";
import { Problem } from "./Problem.ts";
import { LONGEST_CUSTODY_DAYS, type PaymentRequest } from "./wire/paymentRequest.ts";

/**
 * When custody ends, unix ms. Any future moment will do: a custody that ends before its deposit comes is released as soon
 * as it is funded.
 * @throws {Problem} unless exactly one of the two fields says it, in the future and within the longest custody.
 */
export function custodyEndMs(request: Pick<PaymentRequest, "custody_end" | "custody_days">, nowMs: number): number {
  const { custody_end: endMs, custody_days: days } = request;
  const refuse = (problem: ConstructorParameters<typeof Problem>[0]) =>
    new Problem(problem, {
      facts: { field: "custody_end", maximum: String(LONGEST_CUSTODY_DAYS) },
      pointer: "/custody_end",
    });
  if (endMs !== undefined && days !== undefined) throw refuse("custody_twice");
  if (days !== undefined) return nowMs + days * DAY_MS;
  if (endMs === undefined) throw refuse("custody_missing");
  if (endMs <= nowMs) throw refuse("not_in_future");
  if (endMs > nowMs + LONGEST_CUSTODY_DAYS * DAY_MS) throw refuse("custody_too_long");
  return endMs;
}
