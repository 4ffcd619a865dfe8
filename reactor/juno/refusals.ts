import type { Refusal } from "./reply.ts";

/**
 * Where a row comes from.
 * `juno`: seen on Juno itself. `bitso`: in Bitso's published list (bitsoex/slate, source/index.html.md) or its MXN payouts pages;
 * that Juno, behind the same gateway, means the same by it is a guess. `http`: the meaning of the status; for Juno a guess.
 */
type Source = "juno" | "bitso" | "http";
type Row = Refusal & { meaning: string; source: Source };

const validation = { when: "never", reason: "validation" } as const;
const authentication = { when: "not_now", reason: "authentication" } as const;
const account = { when: "not_now", reason: "account" } as const;
const limit = { when: "not_now", reason: "limit" } as const;
const insufficient = { when: "not_now", reason: "insufficient" } as const;
const throttled = { when: "not_now", reason: "throttled" } as const;

/**
 * The codes that say for certain that nothing was executed. What is absent is unknown. Left out on purpose:
 * 34003, which Kustodia saw on withdrawals that had happened; 0356, a duplicate id, which says that the first one may have
 * happened; 32003, which only unverified prose explains.
 */
export const refusalsByCode: Readonly<Record<string, Row>> = {
  "32002": { ...validation, meaning: "Request validation failed", source: "juno" },
  "0201": { ...authentication, meaning: "invalid nonce or invalid credentials", source: "bitso" },
  "0202": { ...authentication, meaning: "key not authorised for this method", source: "bitso" },
  "0203": { ...authentication, meaning: "login token invalid or expired", source: "bitso" },
  "0206": { ...authentication, meaning: "invalid nonce type", source: "bitso" },
  "0207": { ...authentication, meaning: "invalid nonce value", source: "bitso" },
  "0208": { ...authentication, meaning: "authentication required", source: "bitso" },
  "0211": { ...authentication, meaning: "device authentication failed", source: "bitso" },
  "0213": { ...authentication, meaning: "IP address not allowed", source: "bitso" },
  "0326": { ...authentication, meaning: "API key not active", source: "bitso" },
  "0373": { ...authentication, meaning: "request expired", source: "bitso" },
  "0303": { ...validation, meaning: "required field missing", source: "bitso" },
  "0304": { ...validation, meaning: "required field not valid", source: "bitso" },
  "0315": { ...validation, meaning: "invalid address", source: "bitso" },
  "0317": { ...validation, meaning: "invalid SPEI account", source: "bitso" },
  "0322": { ...validation, meaning: "not a valid URL", source: "bitso" },
  "0343": { ...validation, meaning: "incorrect amount", source: "bitso" },
  "0407": { ...validation, meaning: "invalid precision", source: "bitso" },
  "0408": { ...validation, meaning: "amount must be positive", source: "bitso" },
  "0714": { ...validation, meaning: "CLABE of NVIO (710), which SPEI cannot reach", source: "bitso" },
  "0330": { ...account, meaning: "withdrawals locked for this account", source: "bitso" },
  "0501": { ...limit, meaning: "over the user's withdrawal limit", source: "bitso" },
  "0502": { ...limit, meaning: "over the user's deposit limit", source: "bitso" },
  "0503": { ...limit, meaning: "over the recipient's deposit limit", source: "bitso" },
  "0602": { ...insufficient, meaning: "not enough MXN", source: "bitso" },
  "0701": { ...account, meaning: "account not verified", source: "bitso" },
  "0702": { ...account, meaning: "business account not verified", source: "bitso" },
  "0703": { ...account, meaning: "withdrawals suspended", source: "bitso" },
  "0705": { ...account, meaning: "account suspended", source: "bitso" },
  "0706": { ...account, meaning: "terms of service not accepted", source: "bitso" },
  "0801": { ...throttled, meaning: "request rate limit", source: "bitso" },
  "0802": { ...throttled, meaning: "too many attempts", source: "bitso" },
};

/** Asked only when the code says nothing. A bare 400 or 409 is not here: it may stand for anything. */
export const refusalsByStatus: Readonly<Record<number, Row>> = {
  401: { ...authentication, meaning: "not authenticated", source: "http" },
  403: { ...authentication, meaning: "not permitted", source: "http" },
  420: { ...throttled, meaning: "throttled, Bitso's own status", source: "bitso" },
  429: { ...throttled, meaning: "too many requests", source: "http" },
};

/** Not_now, because what was just created appears with a delay. Only for reads: on a POST a bare 404 is unknown. */
const missing: Row = { when: "not_now", reason: "not_found", meaning: "no such thing yet", source: "http" };

/** The codes with which a nonce that arrived out of order is refused; a read is repeated with a new one. */
export const nonceCodes: readonly string[] = ["0201", "0207"];

/** What a 4xx means, or undefined: then nobody knows. Bitso writes codes with four digits; as a number 0304 would read 304. */
export function refusalOf(answer: { method: "GET" | "POST"; httpStatus: number; code?: string }): Refusal | undefined {
  const code = (answer.code ?? "").padStart(4, "0");
  const byCode = Object.hasOwn(refusalsByCode, code) ? refusalsByCode[code] : undefined;
  const byStatus = refusalsByStatus[answer.httpStatus];
  const row = byCode ?? byStatus ?? (answer.httpStatus === 404 && answer.method === "GET" ? missing : undefined);
  return row && { when: row.when, reason: row.reason };
}
