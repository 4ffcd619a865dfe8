/** What the demo reads of a payment; the API says more. */
export type PaymentView = Readonly<{
  id: number;
  status: string;
  amount: string;
  amount_due: string;
  deposit_clabe: string;
  smart_contract_escrow_id: string | null;
  transactions: readonly Readonly<{ action: string; hash: string | null; state: string }>[];
}>;
export type EventView = Readonly<{ id: number; type: string; description: string; created_at: string }>;

/** The running system's API, called as any developer would call it. */
export type Api = Readonly<{
  createPayment(body: object): Promise<PaymentView>;
  payment(id: number): Promise<PaymentView>;
  events(id: number): Promise<readonly EventView[]>;
}>;

export function apiAt(url: string, key: string): Api {
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
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
  };
}

/** The buyer's bank pays: a SPEI to the payment's CLABE, at the sandbox. Amounts are decimal pesos. @param to.payer in whose name. */
export async function deposit(
  sandboxUrl: string,
  to: { clabe: string; amount: string; payer?: string },
): Promise<void> {
  const response = await fetch(`${sandboxUrl}/sandbox/deposits`, {
    method: "POST",
    // A deposit may not be sent twice: no old connection is used, which the sandbox might be closing at this moment.
    headers: { "content-type": "application/json", connection: "close" },
    body: JSON.stringify({
      amount: to.amount,
      receiver_clabe: to.clabe,
      receiver_name: "Kustodia",
      sender_name: to.payer ?? "Comprador de prueba",
    }),
  });
  if (!response.ok) throw new Error(`The sandbox refused the deposit: ${await response.text()}`);
}
