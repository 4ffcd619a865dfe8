import type { State } from "../books/state.ts";
import type { Chain } from "./openChain.ts";

/**
 * Sends again, in nonce order, every signed call whose nonce the chain has not consumed: those a kill left unsent, and those an
 * Anvil that was killed too forgot. Runs before anything new is signed, so that no gap of nonces remains.
 */
export async function rebroadcast({ client, wallet }: Chain, state: State): Promise<void> {
  const used = await client.getTransactionCount({ address: wallet.address, blockTag: "pending" });
  const calls = [...state.transactions.values()].flatMap(({ signed }) => (signed ? [signed] : []));
  const unsent = calls.filter(({ nonce }) => nonce >= used).sort((one, other) => one.nonce - other.nonce);
  for (const { raw } of unsent) await client.sendRawTransaction({ serializedTransaction: raw });
}
