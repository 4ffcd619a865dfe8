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
}>;

/** `money`: the calls that move money. `read`: all the others. */
export type Lane = "money" | "read";
