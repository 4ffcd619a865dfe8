import { type Address, type Hex, keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { ChainCall } from "./calls.ts";
import type { Fees } from "./fees.ts";

/** All that a transaction of ours consists of. The same value always gives the same bytes, so the row can be signed again. */
export type UnsignedTransaction = Readonly<{ chainId: number; nonce: number; gas: bigint }> &
  Fees &
  Pick<ChainCall, "to" | "data">;

export type Signer = Readonly<{
  address: Address;
  /** `raw` is what is stored and broadcast, `hash` the name the chain will know it by. */
  sign(transaction: UnsignedTransaction): Promise<{ raw: Hex; hash: Hex }>;
}>;

/**
 * A signer that holds its key in memory. Deterministic (RFC 6979), which a remote signer behind this type must be too:
 * after a crash between signing and storing, signing again must not make a second hash.
 *
 * @throws viem's error when the key is not 32 bytes of hex; the key is not in its message.
 */
export function signerFromPrivateKey(key: Hex): Signer {
  const account = privateKeyToAccount(key);
  return {
    address: account.address,
    async sign({ chainId, nonce, gas, maxFeePerGas, maxPriorityFeePerGas, to, data }) {
      const fees = { maxFeePerGas, maxPriorityFeePerGas };
      const raw = await account.signTransaction({ type: "eip1559", chainId, nonce, gas, ...fees, to, data, value: 0n });
      return { raw, hash: keccak256(raw) };
    },
  };
}
