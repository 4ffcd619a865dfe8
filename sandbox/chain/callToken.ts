import { BaseError, ExecutionRevertedError, encodeFunctionData, type Hash, type Hex, keccak256 } from "viem";
import { mxnbAbi } from "../../abis/mxnb.ts";
import type { Bank } from "../bank.ts";
import type { SignedCall } from "../books/records.ts";
import { transactionOf } from "../books/state.ts";

/** A call on MXNB, sent by JUNO_WALLET. */
export type TokenCall =
  | { functionName: "mint"; args: readonly [to: Hex, amountBaseUnits: bigint] }
  | { functionName: "transfer"; args: readonly [to: Hex, amountBaseUnits: bigint] }
  | { functionName: "burn"; args: readonly [amountBaseUnits: bigint] };

export type CallOutcome = { kind: "mined"; hash: Hash } | { kind: "reverted"; reason: string };

/**
 * Makes the one call of an order happen exactly once, over kills and RPC outages: the signed bytes are in the journal before
 * they leave, and as long as the chain has not consumed their nonce the same bytes are sent again.
 * Returns when it is mined, or known to revert. Throws only when the sandbox stops.
 */
export async function callToken(bank: Bank, transactionId: string, call: TokenCall): Promise<CallOutcome> {
  for (;;) {
    const signed = await bank.walletLane(() => signAndSend(bank, transactionId, call));
    if (signed.kind === "reverted") return signed;
    const mined = await receiptOf(bank, signed.call);
    if (mined) return mined;
  }
}

type Signed = { kind: "signed"; call: SignedCall } | { kind: "reverted"; reason: string };

/** Runs in the wallet's lane: one nonce at a time, in order. */
async function signAndSend(bank: Bank, transactionId: string, call: TokenCall): Promise<Signed> {
  const before = transactionOf(bank.books.state, transactionId).signed;
  if (before && !(await isLost(bank, before))) {
    await bank.untilItWorks("broadcast", () => broadcast(bank, before));
    return { kind: "signed", call: before };
  }
  return bank.untilItWorks("sign", async () => {
    const fresh = await sign(bank, call);
    if (fresh.kind === "reverted") return fresh;
    bank.books.record([{ entry: "call_signed", transactionId, signed: fresh.call }]);
    await bank.untilItWorks("broadcast", () => broadcast(bank, fresh.call));
    return fresh;
  });
}

async function sign(bank: Bank, call: TokenCall): Promise<Signed> {
  const { client, wallet, mxnb, chainId } = bank.chain;
  const data = encodeFunctionData({ abi: mxnbAbi, ...call });
  try {
    const [gas, fees, used] = await Promise.all([
      client.estimateGas({ account: wallet, to: mxnb, data }),
      client.estimateFeesPerGas(),
      client.getTransactionCount({ address: wallet.address, blockTag: "pending" }),
    ]);
    const nonce = Math.max(used, bank.books.state.nextNonce);
    const { maxFeePerGas, maxPriorityFeePerGas } = fees;
    const raw = await wallet.signTransaction({
      type: "eip1559",
      chainId,
      to: mxnb,
      data,
      nonce,
      // The estimate is of now; calls before it in the lane may warm or cool what it touches.
      gas: (gas * 3n) / 2n,
      maxFeePerGas: maxFeePerGas * 2n,
      maxPriorityFeePerGas,
    });
    return { kind: "signed", call: { nonce, hash: keccak256(raw), raw } };
  } catch (error) {
    const revert = error instanceof BaseError && error.walk((cause) => cause instanceof ExecutionRevertedError);
    if (revert instanceof ExecutionRevertedError) return { kind: "reverted", reason: revert.shortMessage };
    throw error;
  }
}

/** Sends the bytes, unless the chain has them. */
async function broadcast(bank: Bank, signed: SignedCall): Promise<void> {
  const { client, wallet } = bank.chain;
  const used = await client.getTransactionCount({ address: wallet.address, blockTag: "pending" });
  if (used <= signed.nonce) await client.sendRawTransaction({ serializedTransaction: signed.raw });
}

/** True when another transaction consumed its nonce: then, and only then, these bytes can never be mined. */
async function isLost(bank: Bank, signed: SignedCall): Promise<boolean> {
  const { client, wallet } = bank.chain;
  return bank.untilItWorks("look up a call", async () => {
    const used = await client.getTransactionCount({ address: wallet.address, blockTag: "latest" });
    return used > signed.nonce && (await findReceipt(bank, signed.hash)) === undefined;
  });
}

/** Waits for the receipt. Undefined when the call is lost or fell out of the chain and must be looked after again. */
async function receiptOf(bank: Bank, signed: SignedCall): Promise<CallOutcome | undefined> {
  const attempts = 40;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const receipt = await bank.untilItWorks("read a receipt", () => findReceipt(bank, signed.hash));
    if (receipt === "success") return { kind: "mined", hash: signed.hash };
    if (receipt === "reverted") return { kind: "reverted", reason: `${signed.hash} reverted` };
    await bank.work.sleep(Math.min(bank.delays.chainPollMs, 50 * (attempt + 1)));
  }
  return undefined;
}

async function findReceipt(bank: Bank, hash: Hash): Promise<"success" | "reverted" | undefined> {
  // The raw method answers null for an unknown hash; viem's action would make an exception of that ordinary answer.
  const receipt = await bank.chain.client.request({ method: "eth_getTransactionReceipt", params: [hash] });
  if (!receipt) return undefined;
  return receipt.status === "0x1" ? "success" : "reverted";
}
