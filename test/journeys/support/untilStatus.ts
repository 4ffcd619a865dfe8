import { until } from "../../../bin/stack/until.ts";
import type { PaymentView } from "../../../reactor/http/wire/paymentView.ts";
import type { PaymentStatus } from "../../../reactor/payments/status.ts";
import type { Api } from "./api.ts";

/** A whole payment takes about 12 s on an idle machine, with a block each second and a custody of 6 s; a busy one may take ten times that. */
export const WHOLE_PAYMENT_MS = 120_000;

/** For a test of a few payments one after the other. Longer than any wait in it, so that the wait tells what it waited for. */
export const JOURNEY_MS = 3 * WHOLE_PAYMENT_MS;

/**
 * Waits until the payment has this status.
 * @throws Error with its legs and its history, when it has not in time, or when it went to review instead.
 */
export async function untilStatus(
  api: Api,
  id: number,
  status: PaymentStatus,
  withinMs = WHOLE_PAYMENT_MS,
): Promise<PaymentView> {
  const look = async () => {
    const payment = await api.payment(id);
    if (payment.status === status) return payment;
    if (payment.status === "review") throw new Error(`Payment ${id} went to review. ${await history(api, id)}`);
    return undefined;
  };
  return until(`payment ${id} ${status}`, withinMs, look, () => history(api, id));
}

async function history(api: Api, id: number): Promise<string> {
  const { status, legs } = await api.payment(id);
  const standing = legs.map(({ kind, state, reason }) => `${kind} ${state}${reason ? ` (${reason})` : ""}`).join(", ");
  const events = (await api.events(id)).map(({ type, description }) => `  ${type}: ${description}`);
  return `It is ${status}: ${standing}\n${events.join("\n")}`;
}
