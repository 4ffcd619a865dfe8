import {
  type Abi,
  type DecodeFunctionDataReturnType,
  decodeFunctionData,
  encodeErrorResult,
  type Hex,
  parseAbi,
  toFunctionSelector,
} from "viem";
import { kustodiaEscrowAbi } from "../../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../../abis/mxnb.ts";
import type { EscrowOnChain } from "../../../reactor/chain/readEscrow.ts";

/** The calls that the lane makes, read from their bytes. */
export type Called =
  | Readonly<{ name: "approve"; amountBaseUnits: bigint }>
  | Readonly<{ name: "transfer"; to: string; amountBaseUnits: bigint }>
  | Readonly<{ name: "createEscrow"; terms: EscrowOnChain }>
  | Readonly<{ name: "release" | "dispute"; id: string }>
  | Readonly<{ name: "resolveDispute"; id: string; forSeller: boolean }>;

/**
 * Reads calls by one contract's ABI. viem hashes every function's name anew at each call; here each is hashed once.
 * @returns what reads a call's bytes, and throws Error on a function that the ABI has not got.
 */
export function callsOf<const A extends Abi>(abi: A): (data: Hex) => DecodeFunctionDataReturnType<A> {
  const bySelector = new Map(
    abi.flatMap((item) => (item.type === "function" ? [[toFunctionSelector(item), [item]] as const] : [])),
  );
  return (data) => {
    const known = bySelector.get(data.slice(0, 10) as Hex);
    if (known === undefined) throw new Error(`No function has the selector ${data.slice(0, 10)}.`);
    return decodeFunctionData({ abi: known, data }) as DecodeFunctionDataReturnType<A>;
  };
}

const bridgeCall = callsOf([...kustodiaEscrowAbi, ...mxnbAbi]);

/** @throws Error on a call that the simulated contracts do not have: the lane makes none. */
export function readCall(data: Hex): Called {
  const { functionName, args } = bridgeCall(data);
  switch (functionName) {
    case "approve":
      return { name: "approve", amountBaseUnits: args[1] };
    case "transfer":
      return { name: "transfer", to: args[0].toLowerCase(), amountBaseUnits: args[1] };
    case "createEscrow": {
      const [payer, payee, token, amountBaseUnits, deadline, vertical, clabeReference, conditions] = args;
      const terms = { payer, payee, token, amountBaseUnits, vertical, clabeReference, conditions };
      return { name: "createEscrow", terms: { ...terms, deadlineUnixS: Number(deadline), status: "funded" } };
    }
    case "release":
    case "dispute":
      return { name: functionName, id: String(args[0]) };
    case "resolveDispute":
      return { name: "resolveDispute", id: String(args[0]), forSeller: args[1] };
    default:
      throw new Error(`The simulated chain has no call "${functionName}".`);
  }
}

const WORDS = parseAbi(["error Error(string words)"]);
export const encodeWords = (words: string): Hex => encodeErrorResult({ abi: WORDS, errorName: "Error", args: [words] });
