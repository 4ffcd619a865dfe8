import { classify, unknown } from "./classify.ts";
import type { Answer, JunoClient, Lane, Send } from "./client.ts";
import { evidence } from "./evidence.ts";
import { inLane } from "./lanes.ts";
import type { BankEvidence, BankReply } from "./reply.ts";
import { signature } from "./signature.ts";

export type Call = { method: "GET" | "POST"; path: string; body: string; lane: Lane; idempotencyKey?: string };

/** A list of 100 transactions is some 50 kB; what is far beyond that is not an answer. */
const longestAnswerBytes = 4_000_000;
/** docs.bitso.com/juno/docs/general: a minute's lockout, up to 24 h after repeated ones. */
const lockoutMs = { usual: 60_000, longest: 86_400_000 };

/** One try of one call: signed, sent once, read within the client's timeout, and classified. The value is not yet parsed. */
export async function exchange(client: JunoClient, call: Call): Promise<BankReply<unknown>> {
  return await inLane(client, call.lane, async () => {
    await client.takePlace(call.lane);
    const nonce = await client.nextNonce();
    const { apiKey, apiSecret } = client;
    const url = new URL(call.path, client.baseUrl);
    const path = url.pathname + url.search;
    const sent: BankEvidence = { method: call.method, path, sentAtMs: client.now() };
    let answer: Answer;
    try {
      const request = {
        method: call.method,
        headers: {
          authorization: signature({ apiKey, apiSecret, nonce, method: call.method, path, body: call.body }),
          "content-type": "application/json",
          ...(call.idempotencyKey === undefined ? {} : { "x-idempotency-key": call.idempotencyKey }),
        },
        ...(call.method === "POST" ? { body: call.body } : {}),
      };
      answer = await (client.send ?? sendByHttp)(url, request, client.timeoutMs);
    } catch (error) {
      return lost(error, sent, client.timeoutMs);
    }
    const keepable = (text: string) => evidence(text, [apiSecret, apiKey]);
    const seen = { ...sent, httpStatus: answer.httpStatus, answeredAtMs: client.now(), body: keepable(answer.text) };
    const reply = answer.tooLong
      ? unknown("malformed", `The bank answered over ${longestAnswerBytes} bytes.`, seen)
      : classify(answer, seen, keepable);
    if (reply.outcome === "unknown" && reply.why !== "server_error") client.onUnclassified?.(reply.message);
    if (reply.outcome === "refused" && reply.reason === "throttled") {
      await client.onThrottled(lockoutOf(answer.retryAfter, client.now()));
    }
    return reply;
  });
}

/** Carries a call to the bank by HTTP. */
export const sendByHttp: Send = async (url, request, timeoutMs) => {
  // A redirect would send a money call a second time, and to somebody else.
  const response = await fetch(url, { ...request, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > longestAnswerBytes) break;
    text += decoder.decode(chunk, { stream: true });
  }
  const retryAfter = response.headers.get("retry-after");
  return { httpStatus: response.status, retryAfter, text, tooLong: bytes > longestAnswerBytes };
};

function lost(error: unknown, sent: BankEvidence, timeoutMs: number): BankReply<never> {
  if (error instanceof Error && error.name === "TimeoutError") {
    return unknown("timeout", `The bank did not answer within ${timeoutMs} ms.`, sent);
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return unknown("connection", `The connection to the bank failed: ${String(cause)}`, sent);
}

/** Retry-After in seconds or as a date; a minute where it is absent or makes no sense. */
function lockoutOf(retryAfter: string | null, nowMs: number): number {
  if (retryAfter === null) return lockoutMs.usual;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - nowMs;
  return ms > 0 ? Math.min(ms, lockoutMs.longest) : lockoutMs.usual;
}
