/**
 * What a call to the bank needs: where it is, who we are, and the four things of the world that all reactors share.
 *
 * `takePlace` and `nextNonce` run just before a call leaves. Either may throw to forbid it (kill switch, stale attempt, database
 * down): the throw reaches the caller, and it proves that nothing was sent.
 */
export type JunoClient = Readonly<{
  /** `https://buildwithjuno.com` or `https://stage.buildwithjuno.com`; paths have no prefix. */
  baseUrl: string;
  apiKey: string;
  apiSecret: string;
  /** How long one try may take, from the first byte sent to the last one read, in ms. */
  timeoutMs: number;
  /** The next API nonce, ms-like; unique and increasing across every process that uses this account. */
  nextNonce: () => Promise<bigint>;
  /** Takes one place in the account's request budget; money calls have a reserve. */
  takePlace: (lane: Lane) => Promise<void>;
  /** Told the lockout in ms when the bank throttles us, so that every reactor stops. */
  onThrottled: (lockoutMs: number) => Promise<void>;
  /** Unix ms. */
  now: () => number;
  /** Told of an answer that no table classifies, in words that may be kept. It is treated as unknown; somebody should add its row. */
  onUnclassified?: (message: string) => void;
  /** What carries a signed request to the bank; HTTP, unless the bank is in this very process (the simulator's is). */
  send?: Send;
  /** How often a read that failed in a way that may pass is tried again at once; twice unless said. */
  readRetries?: number;
}>;

/**
 * Sends once and reads the whole answer.
 * @throws Error named TimeoutError after `timeoutMs`; any other error when the connection failed.
 */
export type Send = (url: URL, request: SignedRequest, timeoutMs: number) => Promise<Answer>;
export type SignedRequest = Readonly<{
  method: "GET" | "POST";
  headers: Readonly<Record<string, string>>;
  body?: string;
}>;
/** `tooLong`: it was longer than any answer of the bank can be, and was not read to its end. */
export type Answer = Readonly<{ httpStatus: number; retryAfter: string | null; text: string; tooLong: boolean }>;

/** `money`: the calls that move money. `read`: all the others. */
export type Lane = "money" | "read";
