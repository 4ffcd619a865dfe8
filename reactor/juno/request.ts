import pRetry from "p-retry";
import type { z } from "zod";
import { readAs } from "./classify.ts";
import type { JunoClient, Lane } from "./client.ts";
import { exchange } from "./exchange.ts";
import { nonceCodes } from "./refusals.ts";
import type { BankReply } from "./reply.ts";

/** Two more tries, 0.2 to 0.8 s apart: enough for a hiccup; what lasts longer is for the caller's next round. */
const again = { retries: 2, minTimeout: 200, factor: 2, randomize: true } as const;

/** Reads from the bank. A read changes nothing, so it alone is tried again; each try has its own place, nonce and signature. */
export async function get<T>(client: JunoClient, path: string, schema: z.ZodType<T>): Promise<BankReply<T>> {
  return readAs(
    client,
    await tryAgain(client, () => exchange(client, { method: "GET", path, body: "", lane: "read" })),
    schema,
  );
}

/** Changes something at the bank. Sent once, whatever happens: only the caller, who wrote the intent down, may repeat it. */
export async function post<T>(
  client: JunoClient,
  call: { path: string; body: string; lane: Lane; idempotencyKey?: string },
  schema: z.ZodType<T>,
): Promise<BankReply<T>> {
  return readAs(client, await exchange(client, { method: "POST", ...call }), schema);
}

async function tryAgain(
  { readRetries = again.retries }: JunoClient,
  read: () => Promise<BankReply<unknown>>,
): Promise<BankReply<unknown>> {
  try {
    return await pRetry(
      async () => {
        const reply = await read();
        if (mayPass(reply)) throw new PassingFailure(reply);
        return reply;
      },
      { ...again, retries: readRetries, shouldRetry: ({ error }) => error instanceof PassingFailure },
    );
  } catch (error) {
    if (error instanceof PassingFailure) return error.reply;
    throw error;
  }
}

function mayPass(reply: BankReply<unknown>): boolean {
  if (reply.outcome === "refused") return nonceCodes.includes(reply.code);
  return reply.outcome === "unknown" && reply.why !== "unclassified";
}

/** Carries a reply through p-retry, which knows only errors. */
class PassingFailure extends Error {
  constructor(readonly reply: BankReply<unknown>) {
    super("The read failed in a way that may pass.");
  }
}
