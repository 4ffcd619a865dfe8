import type { Answer, JunoClient, Send, SignedRequest } from "../../../reactor/juno/client.ts";
import type { Chance } from "../chance.ts";
import type { Clock } from "../clock.ts";
import type { Life } from "../life.ts";
import { answerRequest } from "./answer.ts";
import type { Bank } from "./createBank.ts";
import { failureJson } from "./wire.ts";

const LOCKOUT_MS = 60_000;

/** What the account's callers share, as reactor/store/bankAccess.ts keeps it in one row. */
export type Access = { nonce: bigint; lockedUntilMs: number; tries: Map<string, number> };

/** What can happen to an order between us and the bank. What is sent again under the same key meets another fate. */
const ORDER_FAULTS = [
  "reply dropped",
  "request dropped",
  "500 after acceptance",
  "malformed reply",
  "timeout after acceptance",
  "timeout before acceptance",
  "throttled",
  "refused",
  "unclassified refusal after acceptance",
] as const;

/** The real bank client of a reactor, over a bank in this process. */
export function junoClientOf(
  bank: Bank,
  access: Access,
  clock: Clock,
  chance: Chance,
  life: Life,
  faults: number,
  onFault: (what: string) => void,
): JunoClient {
  const send: Send = (url, request, timeoutMs) =>
    life.lived(async () => {
      const name = nameOf(url, request);
      const tried = (access.tries.get(name) ?? 0) + 1;
      access.tries.set(name, tried);
      await clock.sleep(chance.between(5, 60, "there", name, tried));
      const answered = await faulty(url, request, timeoutMs, name, tried);
      await clock.sleep(chance.between(5, 60, "back", name, tried));
      return answered;
    });

  const faulty = async (url: URL, request: SignedRequest, timeoutMs: number, name: string, tried: number) => {
    const answer = () => answerRequest(bank, url, request);
    const rate = request.method === "POST" ? faults : faults / 20;
    if (!chance.hits(rate, "fault", name, tried)) return answer();
    if (request.method === "GET") {
      onFault("read fails");
      return said(500, "");
    }
    const fault = ORDER_FAULTS[chance.between(0, ORDER_FAULTS.length - 1, "which", name, tried)];
    onFault(fault ?? "");
    switch (fault) {
      case "reply dropped":
        answer();
        throw new Error("socket hang up");
      case "500 after acceptance":
        answer();
        return said(500, "<html>Internal error</html>");
      case "malformed reply":
        return said(200, answer().text.slice(0, 20));
      case "unclassified refusal after acceptance":
        answer();
        return said(400, failureJson("34003", "Something went wrong"));
      case "timeout after acceptance":
        answer();
        await clock.sleep(timeoutMs);
        throw timeout();
      case "timeout before acceptance":
        await clock.sleep(timeoutMs);
        throw timeout();
      case "throttled":
        return { ...said(429, failureJson("0801", "Too many requests")), retryAfter: "5" };
      case "refused":
        return said(400, failureJson("32002", "Request validation failed"));
      default:
        throw new Error("connect ECONNRESET");
    }
  };

  return {
    baseUrl: "https://bank.simulated",
    apiKey: "key",
    apiSecret: "secret",
    timeoutMs: 10_000,
    nextNonce: async () => ++access.nonce,
    takePlace: async () => {
      while (clock.nowMs() < access.lockedUntilMs) await clock.sleep(access.lockedUntilMs - clock.nowMs());
    },
    onThrottled: async (lockoutMs) => {
      access.lockedUntilMs = clock.nowMs() + Math.min(lockoutMs, LOCKOUT_MS);
    },
    now: clock.nowMs,
    send,
    readRetries: 0,
  };
}

/** An order by its key, so that its fate is the same whoever else is there; a read by its path. */
function nameOf(url: URL, request: SignedRequest): string {
  return request.headers["x-idempotency-key"] ?? `${request.method} ${url.pathname} ${request.body ?? ""}`;
}

const said = (httpStatus: number, text: string): Answer => ({ httpStatus, text, retryAfter: null, tooLong: false });

function timeout(): Error {
  const error = new Error("The bank did not answer in time.");
  error.name = "TimeoutError";
  return error;
}
