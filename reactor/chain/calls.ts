import { type Address, encodeFunctionData, type Hex } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../abis/mxnb.ts";
import type { ChainAddresses } from "./client.ts";

export type ChainVerb =
  | "approve"
  | "createEscrow"
  | "fundEscrow"
  | "release"
  | "dispute"
  | "resolveDispute"
  | "return"
  | "noop";

/** What a transaction does, before it has a nonce or a fee. No call carries ether. */
export type ChainCall = Readonly<{ verb: ChainVerb; to: Address; data: Hex }>;

export type EscrowTerms = Readonly<{
  payer: Address;
  payee: Address;
  /** MXNB base units (6 decimals). */
  amountBaseUnits: bigint;
  deadlineUnixS: number;
  vertical: string;
  /** Goes where the deployed contract expects a CLABE, and is public for ever: a keyed hash, never the CLABE. */
  clabeReference: string;
  /** Our payment reference, read back before a release. */
  conditions: string;
}>;

/** Sets (does not add to) the escrow contract's allowance over the bridge wallet's MXNB, in base units. */
export function encodeApprove(at: ChainAddresses, { amountBaseUnits }: { amountBaseUnits: bigint }): ChainCall {
  const args = [at.escrow, amountBaseUnits] as const;
  return { verb: "approve", to: at.mxnb, data: encodeFunctionData({ abi: mxnbAbi, functionName: "approve", args }) };
}

/**
 * The argument order (token third) is the deployed 2_0's, selector 0x488ec89e; the sibling "2_0Pausable" has the token
 * last and is refused by startChecks.
 */
export function encodeCreateEscrow(at: ChainAddresses, terms: EscrowTerms): ChainCall {
  const { payer, payee, amountBaseUnits, deadlineUnixS, vertical, clabeReference, conditions } = terms;
  const deadline = BigInt(deadlineUnixS);
  const args = [payer, payee, at.mxnb, amountBaseUnits, deadline, vertical, clabeReference, conditions] as const;
  return escrowCall(
    at,
    "createEscrow",
    encodeFunctionData({ abi: kustodiaEscrowAbi, functionName: "createEscrow", args }),
  );
}

/** Needed only where `createEscrow` records without moving tokens (the deployed two-step shape). */
export function encodeFundEscrow(at: ChainAddresses, { escrowId }: { escrowId: bigint }): ChainCall {
  const data = encodeFunctionData({ abi: kustodiaEscrowAbi, functionName: "fundEscrow", args: [escrowId] });
  return escrowCall(at, "fundEscrow", data);
}

/** Sends the escrow's MXNB to the bridge wallet (not to the payee: the payee is paid by SPEI). */
export function encodeRelease(at: ChainAddresses, { escrowId }: { escrowId: bigint }): ChainCall {
  const data = encodeFunctionData({ abi: kustodiaEscrowAbi, functionName: "release", args: [escrowId] });
  return escrowCall(at, "release", data);
}

/** `reason` is emitted in an event, public for ever: a reference, never a person's words or name. */
export function encodeDispute(
  at: ChainAddresses,
  { escrowId, reason }: { escrowId: bigint; reason: string },
): ChainCall {
  const data = encodeFunctionData({ abi: kustodiaEscrowAbi, functionName: "dispute", args: [escrowId, reason] });
  return escrowCall(at, "dispute", data);
}

/** For the seller the escrow is funded again; for the buyer it is cancelled and its MXNB goes to `platformWallet()`. */
export function encodeResolveDispute(
  at: ChainAddresses,
  { escrowId, inFavorOfSeller }: { escrowId: bigint; inFavorOfSeller: boolean },
): ChainCall {
  const args = [escrowId, inFavorOfSeller] as const;
  const data = encodeFunctionData({ abi: kustodiaEscrowAbi, functionName: "resolveDispute", args });
  return escrowCall(at, "resolveDispute", data);
}

/** MXNB base units from the bridge wallet to Juno's wallet, where they become pesos. */
export function encodeReturn(at: ChainAddresses, { amountBaseUnits }: { amountBaseUnits: bigint }): ChainCall {
  const args = [at.junoWallet, amountBaseUnits] as const;
  return { verb: "return", to: at.mxnb, data: encodeFunctionData({ abi: mxnbAbi, functionName: "transfer", args }) };
}

/** Fills a nonce and does nothing: an empty call of the bridge wallet to itself. */
export function encodeNoop(at: ChainAddresses): ChainCall {
  return { verb: "noop", to: at.bridge, data: "0x" };
}

function escrowCall(at: ChainAddresses, verb: ChainVerb, data: Hex): ChainCall {
  return { verb, to: at.escrow, data };
}
