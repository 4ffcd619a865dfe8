import pRetry from "p-retry";
import type { z } from "zod";
import { readAs } from "./classify.ts";
import type { JunoClient, Lane } from "./client.ts";
import { exchange } from "./exchange.ts";
import { nonceCodes } from "./refusals.ts";
import type { BankReply } from "./reply.ts";

/** Two more tries, 0.2 to 0.8 s apart: enough for a hiccup; what lasts longer is for the caller's next round. */
const again = { retries: 2, minTimeout: 200, factor: 2, randomize: true } as const;
/** Tries of a call whose nonce another reactor's overtook: as many as reactors that are usually busy beside each other. */
const OVERTAKEN_RETRIES = 4;

/** Reads from the bank. A read changes nothing, so it alone is tried again; each try has its own place, nonce and signature. */
export async function get<T>(client: JunoClient, path: string, schema: z.ZodType<T>): Promise<BankReply<T>> {
  const read = () => exchange(client, { method: "GET", path, body: "", lane: "read" });
  return readAs(client, await tryAgain(read, client.readRetries ?? again.retries, mayPass), schema);
}

/** Changes something at the bank. Sent once, whatever happens: only the caller, who wrote the intent down, may repeat it. */
export async function post<T>(
  client: JunoClient,
  call: { path: string; body: string; lane: Lane; idempotencyKey?: string },
  schema: z.ZodType<T>,
): Promise<BankReply<T>> {
  return readAs(client, await exchange(client, { method: "POST", ...call }), schema);
}

/**
 * As post, and sent anew with a new nonce where the bank refused the nonce alone: another reactor's call has overtaken it, and
 * nothing was done. For what nobody wrote down to repeat it later.
 */
export async function postInTurn<T>(
  client: JunoClient,
  call: { path: string; body: string; lane: Lane },
  schema: z.ZodType<T>,
): Promise<BankReply<T>> {
  const send = () => exchange(client, { method: "POST", ...call });
  return readAs(client, await tryAgain(send, OVERTAKEN_RETRIES, isOvertaken), schema);
}

async function tryAgain(
  call: () => Promise<BankReply<unknown>>,
  retries: number,
  isPassing: (reply: BankReply<unknown>) => boolean,
): Promise<BankReply<unknown>> {
  try {
    return await pRetry(
      async () => {
        const reply = await call();
        if (isPassing(reply)) throw new PassingFailure(reply);
        return reply;
      },
      { ...again, retries, shouldRetry: ({ error }) => error instanceof PassingFailure },
    );
  } catch (error) {
    if (error instanceof PassingFailure) return error.reply;
    throw error;
  }
}

const isOvertaken = (reply: BankReply<unknown>) => reply.outcome === "refused" && nonceCodes.includes(reply.code);

const mayPass = (reply: BankReply<unknown>) =>
  isOvertaken(reply) || (reply.outcome === "unknown" && reply.why !== "unclassified");

/** Carries a reply through p-retry, which knows only errors. */
class PassingFailure extends Error {
  constructor(readonly reply: BankReply<unknown>) {
    super("The call failed in a way that may pass.");
  }
}
