import type { Hex, PublicClient } from "viem";
import type { ChainClient } from "./client.ts";
import { describeFailure, nodeAnswer, wasNeverReached } from "./failures.ts";

export type BroadcastRefusal =
  /** A question to the chain, not an error to retry: it may be this very transaction that consumed the nonce. */
  "nonce_too_low" | "nonce_too_high" | "underpriced" | "replacement_underpriced" | "no_gas" | "invalid";

/** Why nobody knows whether a node has taken the bytes. */
export type BroadcastSilence =
  /** No endpoint was reached: as good as not sent. */
  | "unreached"
  /** An endpoint may have them, and said nothing, or nothing about them. */
  | "no_answer"
  /** An endpoint answered in words that stand in no table of ours. */
  | "unclassified";

export type Broadcast =
  /** Accepted, or already known. Not mined: geth and Anvil also accept a nonce with a gap before it, and queue it. */
  | Readonly<{ outcome: "done" }>
  | Readonly<{ outcome: "refused"; reason: BroadcastRefusal; message: string }>
  | Readonly<{ outcome: "unknown"; reason: BroadcastSilence; message: string }>;

/**
 * A node's words and what they mean; the first match counts. From geth (core/txpool/errors.go, core/error.go), which
 * Arbitrum's nitro is built on, Nethermind (AcceptTxResult) and Anvil (eth/error.rs). Words that are not here are unknown.
 */
const WORDS: readonly (readonly [RegExp, BroadcastRefusal | "done"])[] = [
  [/already known|already imported|known transaction|AlreadyKnown/i, "done"],
  [/nonce too low|nonce is too low|OldNonce/i, "nonce_too_low"],
  [/nonce too high|NonceGap/i, "nonce_too_high"],
  [/replacement transaction underpriced|ReplacementNotAllowed/i, "replacement_underpriced"],
  [/transaction underpriced|FeeTooLow|(max fee per gas|fee cap) less than block base fee/i, "underpriced"],
  [/insufficient funds|InsufficientFunds/i, "no_gas"],
  [
    /failed to decode|rlp:|typed transaction too short|invalid (sender|signature|chain ?id)|chain ?id mismatch/i,
    "invalid",
  ],
  [/intrinsic gas too low|exceeds block gas limit|higher than max fee per gas|type not supported/i, "invalid"],
];

/** A node that cannot answer now: nothing is known of the transaction, and nothing is missing above. */
const PASSING = /(rate|request|usage) limit|limit exceeded|too many requests|internal error|timed? ?out/i;

/**
 * Hands signed bytes to the endpoints in turn, until one answers. Repeating it is safe: the same bytes are the same
 * transaction. A refusal after an endpoint that may have taken the bytes is unknown, for the two do not share a pool.
 */
export async function broadcast(client: ChainClient, raw: Hex): Promise<Broadcast> {
  let reason: BroadcastSilence = "unreached";
  const failures: string[] = [];
  for (const endpoint of client.endpoints) {
    const reply = await sendTo(endpoint, raw);
    if (reply.outcome === "done") return { outcome: "done" };
    if (reply.outcome === "refused" && reason === "unreached") return reply;
    if (reply.outcome === "unknown" && reply.reason === "unclassified")
      client.onUnclassified?.(`el nodo contestó: ${reply.message}`);
    // The first that may have taken the bytes is what makes the rest unknown.
    if (reply.outcome === "unknown" && reason === "unreached") reason = reply.reason;
    failures.push(reply.message);
  }
  return { outcome: "unknown", reason, message: failures.join("; ") };
}

async function sendTo(endpoint: PublicClient, raw: Hex): Promise<Broadcast> {
  try {
    await endpoint.sendRawTransaction({ serializedTransaction: raw });
    return { outcome: "done" };
  } catch (error) {
    const answer = nodeAnswer(error);
    const message = answer?.details ?? "";
    const meaning = WORDS.find(([words]) => words.test(message))?.[1];
    if (meaning === "done") return { outcome: "done" };
    if (meaning) return { outcome: "refused", reason: meaning, message };
    const silence = wasNeverReached(error) ? "unreached" : "no_answer";
    const reason = answer !== null && !PASSING.test(message) ? "unclassified" : silence;
    return { outcome: "unknown", reason, message: describeFailure(error) };
  }
}
