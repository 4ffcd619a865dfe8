import { BaseError, type ContractErrorName, decodeErrorResult, type Hex, isHex } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
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
  wrong_amount_received: "never",
  token_refused: "never",
} as const satisfies Record<string, RefusedWhen>;

export type RefusalReason = keyof typeof REFUSALS;

/** `wrong_status` is not a reason yet: which one it is depends on the status, which `simulate` then reads. */
type RevertMeaning = RefusalReason | "wrong_status";

type OurErrorName = ContractErrorName<typeof kustodiaEscrowAbi> | ContractErrorName<typeof mxnbAbi>;

/** Custom errors of contracts/KustodiaEscrow2_0.sol and of the OpenZeppelin 5 contracts it is made of. */
const ERRORS: Readonly<Partial<Record<OurErrorName, RevertMeaning>>> = {
  NotBridgeWallet: "not_bridge_wallet",
  EnforcedPause: "escrow_paused",
  UnknownEscrow: "unknown_escrow",
  WrongStatus: "wrong_status",
  DeadlineOutOfRange: "deadline",
  DeadlinePassed: "deadline",
  ZeroAddress: "invalid_terms",
  ZeroAmount: "invalid_terms",
  ClearClabe: "invalid_terms",
  UnexpectedAmountReceived: "wrong_amount_received",
  SafeERC20FailedOperation: "token_refused",
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

const ABI = [...kustodiaEscrowAbi, ...mxnbAbi] as const;

/** What the contract said when it refused, or null when `error` is no revert. `meaning` is null for words we do not know. */
export function revertOf(error: unknown): { meaning: RevertMeaning | null; message: string } | null {
  const answer = nodeAnswer(error);
  if (!answer) return null;
  const data = revertData(answer.data);
  if (!data && !/revert/i.test(answer.details)) return null;
  const decoded = data ? decode(data) : null;
  if (decoded && decoded.name !== "Error") {
    const meaning = ERRORS[decoded.name as OurErrorName] ?? null;
    return { meaning, message: `${decoded.name}(${decoded.args.join(", ")})` };
  }
  const message = decoded ? decoded.args.join() : answer.details;
  return { meaning: WORDS.find(([words]) => words.test(message))?.[1] ?? null, message };
}

/** Nodes put the revert's bytes in the error's `data`; some wrap them once more. */
function revertData(data: unknown): Hex | null {
  const bytes = typeof data === "object" && data !== null && "data" in data ? data.data : data;
  return isHex(bytes) && bytes.length > 2 ? bytes : null;
}

function decode(data: Hex): { name: string; args: readonly unknown[] } | null {
  try {
    const { errorName, args } = decodeErrorResult({ abi: ABI, data });
    return { name: errorName, args: args ?? [] };
  } catch (error) {
    // Bytes of a contract that is none of ours: the node's own words stand in for them.
    if (error instanceof BaseError) return null;
    throw error;
  }
}
