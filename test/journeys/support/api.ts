import type { PaymentView } from "../../../reactor/http/wire/paymentView.ts";
import type { RunResult } from "../../../reactor/store/schema/record.ts";
import type { ProcessName } from "../../../reactor/timers/processes.ts";

export type EventView = Readonly<{ id: number; type: string; description: string; data: Record<string, string> }>;

/** A reactor's API, called as the client's own programs would call it. */
export type Api = Readonly<{
  createPayment(body: object): Promise<PaymentView>;
  payment(id: number): Promise<PaymentView>;
  events(id: number): Promise<readonly EventView[]>;
  /** Runs one of the five processes now and waits for its end. */
  trigger(process: ProcessName): Promise<RunResult>;
}>;

/** @throws Error with the whole answer, for any call that is not answered with a 2xx. */
export function apiOf(reactor: { url: string }, system: { apiKey: string }): Api {
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${reactor.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${system.apiKey}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    createPayment: (body) => call("POST", "/api/payments", body),
    payment: (id) => call("GET", `/api/payments/${id}`),
    events: async (id) => (await call<{ events: EventView[] }>("GET", `/api/payments/${id}/events`)).events,
    trigger: async (process) =>
      (await call<{ result: RunResult }>("POST", "/api/automation/trigger", { process })).result,
  };
}
