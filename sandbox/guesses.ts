/**
 * Everything about Juno that no documentation we could read states, in one place. Each value here is our GUESS: the day the
 * real bank shows otherwise, it is changed here and nowhere else.
 */

/** GUESS: the status of a refused request (32002 is known from stage, its HTTP status is not) and of the other refusals. */
export const REFUSALS = {
  validation: { status: 400, code: 32002, message: "Request validation failed" },
  insufficientBalance: { status: 400, code: 34001, message: "Insufficient balance" },
  notFound: { status: 404, code: 32004, message: "Resource not found" },
  /** GUESS: Juno's throttling status; Bitso's older list has 420 with 0801, the dial makes that one. */
  throttled: { status: 429, code: "0801", message: "Too many requests, you are locked out for one minute" },
  /** Codes of Bitso's published list; that Juno's gateway answers the same ones is a GUESS. */
  badCredentials: { status: 401, code: "0201", message: "Invalid key or signature" },
  badNonceType: { status: 401, code: "0206", message: "Nonce must be an integer" },
  badNonceValue: { status: 401, code: "0207", message: "Nonce must be greater than the last one of this key" },
  authenticationRequired: { status: 401, code: "0208", message: "Authentication required" },
  internal: { status: 500, code: "0001", message: "Internal error" },
} as const;

/** GUESS: the same idempotency key with another body is refused as a validation error, its scope is the endpoint. */
export const OTHER_BODY_DETAIL = "X-Idempotency-Key was already used with another body";

/** GUESS: the field of a transaction's detail that says why it failed. */
export const FAILURE_FIELD = "failure_reason";

/** GUESS: the field of a transaction's detail that holds what its type alone has. */
export const DETAILS_FIELD = "details";

/** GUESS: the field of a refund's FUNDING entry that names the failed withdrawal or redemption. */
export const REFUND_LINK_FIELD = "refunded_transaction_id";

/** GUESS: what a refund's FUNDING entry calls its method, and the last word of its own status vocabulary. */
export const REFUND_METHOD = "PLATFORM_REFUND";
export const MOVEMENT_STATUS = {
  PENDING: "PENDING",
  IN_PROGRESS: "PROCESSING",
  COMPLETE: "COMPLETE",
  FAILED: "FAILED",
} as const;

/** GUESS: page size of /mint_platform lists (a Spring page, counted from 0) when none is asked for; a greater one than `max` is cut, as Spring does. */
export const MINT_PAGE_SIZE = { default: 20, max: 100 } as const;

/** The sibling product's word for a payout that came back; that Juno uses it is a GUESS. */
export const RETURNED_PAYOUT_DEPOSIT_TYPE = "REFUND_CREDITED_WITHDRAWAL";

/** "Tokens transferred" is known from Kustodia's own client (withdrawals); the other two labels are a GUESS. */
export const TIMELINE_STEP = {
  CRYPTO_WITHDRAWAL: "Tokens transferred",
  ISSUANCE: "Tokens issued",
  REDEMPTION: "Tokens redeemed",
} as const;

/** `issuance` is known from a client's fixture; the names of the other objects of a webhook's payload are a GUESS. */
export const WEBHOOK_OBJECT = {
  ISSUANCE: "issuance",
  REDEMPTION: "redemption",
  CRYPTO_WITHDRAWAL: "withdrawal",
  CRYPTO_DEPOSIT: "deposit",
} as const;

/** GUESS: the currency of a fiat-type operation is the peso; crypto operations write lower case `mxnb` (documented). */
export const CURRENCY = {
  ISSUANCE: "MXN",
  REDEMPTION: "MXN",
  CRYPTO_WITHDRAWAL: "mxnb",
  CRYPTO_DEPOSIT: "mxnb",
} as const;
