import { codeOf } from "./codeOf.ts";

/** Postgres' own codes for "not now": connection trouble, no resources, shutting down or starting (its Appendix A). */
const POSTGRES_NOT_NOW = /^(08|53|57)/;
const NETWORK = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND", "EAI_AGAIN"]);
/** What `pg` says without a code. */
const PG_SAYS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** True when an error means that the database cannot be reached or cannot serve now, however deep its cause lies. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return POSTGRES_NOT_NOW.test(code) || NETWORK.has(code) || PG_SAYS.test(error.message) || isUnavailable(error.cause);
}
