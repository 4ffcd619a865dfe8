import { BaseError, RpcRequestError } from "viem";

/**
 * Socket and name-service failures (Node's `code`) after which no byte of the request can have reached an endpoint.
 * Source: https://nodejs.org/api/errors.html#common-system-errors and `dns` error codes.
 */
const NEVER_REACHED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** The node's own JSON-RPC error inside a viem error, or null when no node answered (timeout, socket, HTTP page). */
export function nodeAnswer(error: unknown): RpcRequestError | null {
  if (!(error instanceof BaseError)) return null;
  const answer = error.walk((cause) => cause instanceof RpcRequestError);
  return answer instanceof RpcRequestError ? answer : null;
}

/** True when the request certainly reached nobody; false is no proof of the opposite. */
export function wasNeverReached(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string" && NEVER_REACHED.has(cause.code)) return true;
  }
  return false;
}

/**
 * The failure in one line for a person. Leaves out viem's long form, which prints the request and the RPC URL (often a
 * key in its path).
 */
export function describeFailure(error: unknown): string {
  if (error instanceof BaseError) {
    const details = error.details && !error.shortMessage.includes(error.details) ? ` (${error.details})` : "";
    return `${error.shortMessage}${details}`.replace(/\s+/g, " ").trim();
  }
  return error instanceof Error ? error.message : String(error);
}
