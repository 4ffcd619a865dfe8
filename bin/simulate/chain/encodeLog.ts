import { encodeAbiParameters, encodeEventTopics, type Hex, numberToHex } from "viem";
import { kustodiaEscrowAbi } from "../../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../../abis/mxnb.ts";
import { addresses } from "./addresses.ts";
import type { BareLog } from "./ledger.ts";

/** A log as a receipt has it; null for those that nobody looks for in a receipt. What is not asked of it is made up. */
export function encodeLog({ kind, escrowId, from, to, amountBaseUnits }: BareLog) {
  switch (kind) {
    case "Transfer": {
      const args = { from: from as Hex, to: to as Hex };
      const topics = encodeEventTopics({ abi: mxnbAbi, eventName: kind, args });
      return { address: addresses.mxnb, topics, data: numberToHex(amountBaseUnits ?? 0n, { size: 32 }) };
    }
    case "EscrowDisputed":
    case "EscrowDisputeResolved": {
      const args = { escrowId: BigInt(escrowId ?? 0) };
      const topics = encodeEventTopics({ abi: kustodiaEscrowAbi, eventName: kind, args });
      const data =
        kind === "EscrowDisputed"
          ? encodeAbiParameters([{ type: "address" }, { type: "string" }], [addresses.bridge, ""])
          : encodeAbiParameters([{ type: "bool" }], [true]);
      return { address: addresses.escrow, topics, data };
    }
    default:
      return null;
  }
}
