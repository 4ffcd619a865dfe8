import type { PaymentView } from "../../../reactor/http/wire/paymentView.ts";
import type { PaymentStatus } from "../../../reactor/payments/status.ts";
import type { Api } from "./api.ts";
import { until } from "./until.ts";

/** A whole payment takes about 15 s on an idle machine, with a block each second and a custody of a few seconds. */
export const WHOLE_PAYMENT_MS = 60_000;

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
