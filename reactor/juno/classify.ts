import { z } from "zod";
import type { JunoClient } from "./client.ts";
import { parseExactJson } from "./exactJson.ts";
import { refusalOf } from "./refusals.ts";
import type { BankEvidence, BankReply, UnknownWhy } from "./reply.ts";
import { failureIn } from "./wire/envelope.ts";

/** What an answer that arrived whole says. Only a 4xx with a meaning in the table is a no; a done reply's value is raw JSON. */
export function classify(
  answer: { httpStatus: number; text: string },
  seen: BankEvidence,
  keepable: (text: string) => string,
): BankReply<unknown> {
  const { httpStatus } = answer;
  if (httpStatus >= 500) return unknown("server_error", `The bank answered ${httpStatus}.`, seen);
  const json = parsed(answer.text);
  const failure = failureIn(json);
  if (httpStatus >= 400) {
    const code = failure?.code;
    const message = failure ? keepable(failure.message) : `The bank answered ${httpStatus}.`;
    const refusal = refusalOf({ method: seen.method, httpStatus, ...(code === undefined ? {} : { code }) });
    if (refusal) return { outcome: "refused", ...refusal, code: code ?? `${httpStatus}`, message, evidence: seen };
    return unknown("unclassified", `The bank answered ${httpStatus}, code ${code ?? "none"}: ${message}`, seen);
  }
  if (httpStatus >= 300) return unknown("unclassified", `The bank answered ${httpStatus}, a redirect.`, seen);
  // A refusal inside a 2xx contradicts itself, so it proves nothing.
  if (failure) return unknown("unclassified", `The bank answered ${httpStatus} and a failure.`, seen);
  if (json === undefined) return unknown("malformed", "The bank's answer is not JSON.", seen);
  return { outcome: "done", value: json, evidence: seen };
}

/**
 * Parses a done reply's value; one that does not fit the schema becomes unknown, for the bank did something. It is told too: a
 * word or a shape that stands nowhere in our schemas is as little classified as a code without a row.
 */
export function readAs<T>(
  client: Pick<JunoClient, "onUnclassified">,
  reply: BankReply<unknown>,
  schema: z.ZodType<T>,
): BankReply<T> {
  if (reply.outcome !== "done") return reply;
  const result = schema.safeParse(reply.value);
  if (result.success) return { ...reply, value: result.data };
  const message = `The bank's answer to ${reply.evidence.path} is not as expected: ${z.prettifyError(result.error)}`;
  client.onUnclassified?.(message);
  return unknown("malformed", message, reply.evidence);
}

export function unknown(why: UnknownWhy, message: string, seen: BankEvidence): BankReply<never> {
  return { outcome: "unknown", why, message, evidence: seen };
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
