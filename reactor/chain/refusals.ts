import { BaseError, type ContractErrorName, decodeErrorResult, type Hex, isHex, parseAbi } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { nodeAnswer } from "./failures.ts";

/** `never`: no later block makes this same call succeed. `not_now`: it may, once somebody does something. */
export type RefusedWhen = "never" | "not_now";

/** Every reason the chain refuses one of our calls for, and whether waiting can help. */
export const REFUSALS = {
  token_paused: "not_now",
  blacklisted: "not_now",
  insufficient: "not_now",
  allowance: "not_now",
  no_gas: "not_now",
  escrow_paused: "not_now",
  not_bridge_wallet: "not_now",
  not_funded: "not_now",
  not_disputed: "not_now",
  disputed: "not_now",
  already_funded: "never",
  already_released: "never",
  cancelled: "never",
  unknown_escrow: "never",
  deadline: "never",
  invalid_terms: "never",
  wrong_amount_moved: "never",
  token_refused: "never",
} as const satisfies Record<string, RefusedWhen>;

export type RefusalReason = keyof typeof REFUSALS;

/** `wrong_status` is not a reason yet: which one it is depends on the status, which `simulate` then reads. */
type RevertMeaning = RefusalReason | "wrong_status";

type EscrowErrorName = ContractErrorName<typeof kustodiaEscrowAbi>;

/** Every custom error of contracts/KustodiaEscrow2_0.sol. Null: no call of ours can raise it, so nothing follows from it. */
const ERRORS: Readonly<Record<EscrowErrorName, RevertMeaning | null>> = {
  NotBridgeWallet: "not_bridge_wallet",
  EnforcedPause: "escrow_paused",
  UnknownEscrow: "unknown_escrow",
  WrongStatus: "wrong_status",
  DeadlineOutOfRange: "deadline",
  DeadlinePassed: "deadline",
  ZeroAddress: "invalid_terms",
  ZeroAmount: "invalid_terms",
  ClearClabe: "invalid_terms",
  UnexpectedAmountReceived: "wrong_amount_moved",
  UnexpectedAmountSent: "wrong_amount_moved",
  SafeERC20FailedOperation: "token_refused",
  AlreadyInitialized: null,
  ExpectedPause: null,
  OnlySurplusCanBeRescued: null,
  OwnableInvalidOwner: null,
  OwnableUnauthorizedAccount: null,
  OwnershipCannotBeRenounced: null,
  ReentrancyGuardReentrantCall: null,
};

/**
 * Require strings of the deployed two-step 2_0, of MXNB (FiatToken V2.2) and of the OpenZeppelin 4 contracts under both.
 * Only FiatToken says "Pausable: paused": the deployed 2_0 has no pause, and ours says EnforcedPause.
 */
const WORDS: readonly (readonly [RegExp, RevertMeaning])[] = [
  [/Pausable: paused/, "token_paused"],
  [/Blacklistable: account is blacklisted/, "blacklisted"],
  [/ERC20: transfer amount exceeds balance/, "insufficient"],
  [/ERC20: (transfer amount exceeds|insufficient) allowance/, "allowance"],
  [/Not bridge wallet/, "not_bridge_wallet"],
  [/Not (funded|pending|disputed)/, "wrong_status"],
  [/Token not set|Amount not set/, "unknown_escrow"],
  [/Invalid deadline|Deadline passed/, "deadline"],
  [/Invalid (payer|payee|amount)/, "invalid_terms"],
  [/Token transfer failed|Refund failed/, "token_refused"],
];

/** Solidity's own two errors beside our contract's: a failed `require` with words, and a failed assertion. */
const ABI = [...kustodiaEscrowAbi, ...parseAbi(["error Error(string words)", "error Panic(uint256 code)"])] as const;

/** What the contract said when it refused, or null when `error` is no revert. `meaning` is null for words we do not know. */
export function revertOf(error: unknown): { meaning: RevertMeaning | null; message: string } | null {
  const answer = nodeAnswer(error);
  if (!answer) return null;
  const data = revertData(answer.data);
  const decoded = data ? decode(data) : null;
  if (decoded) return decoded;
  return /revert/i.test(answer.details) ? meaningOfWords(answer.details) : null;
}

/** Nodes put the revert's bytes in the error's `data`; some wrap them once more. */
function revertData(data: unknown): Hex | null {
  const bytes = typeof data === "object" && data !== null && "data" in data ? data.data : data;
  return isHex(bytes) && bytes.length > 2 ? bytes : null;
}

function decode(data: Hex): { meaning: RevertMeaning | null; message: string } | null {
  try {
    const { errorName, args } = decodeErrorResult({ abi: ABI, data });
    if (errorName === "Error") return meaningOfWords(args[0]);
    const meaning = errorName === "Panic" ? null : ERRORS[errorName];
    return { meaning, message: `${errorName}(${(args ?? []).join(", ")})` };
  } catch (error) {
    // An error of a contract that is none of ours: the node's own words stand in for it.
    if (error instanceof BaseError) return null;
    throw error;
  }
}

function meaningOfWords(message: string): { meaning: RevertMeaning | null; message: string } {
  return { meaning: WORDS.find(([words]) => words.test(message))?.[1] ?? null, message };
}
