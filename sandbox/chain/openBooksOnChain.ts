import { mxnbAbi } from "../../abis/mxnb.ts";
import type { Books } from "../books/openBooks.ts";
import type { Opening } from "../books/records.ts";
import type { Chain } from "./openChain.ts";

/**
 * Ties the books to their chain. New books open with what JUNO_WALLET holds now; old ones must belong to this very chain.
 * Throws when they belong to another: their nonces and hashes would mean nothing here.
 */
export async function openBooksOnChain(books: Books, chain: Chain): Promise<Opening> {
  const { opening } = books.state;
  if (opening && opening.genesisHash !== chain.genesisHash) {
    throw new Error(
      `The sandbox's journal belongs to another chain: its genesis is ${opening.genesisHash}, the RPC serves ${chain.genesisHash}: start with a new journal or the old chain`,
    );
  }
  return opening ?? openNew(books, chain);
}

async function openNew(books: Books, { client, mxnb, wallet, genesisHash }: Chain): Promise<Opening> {
  const blockNumber = await client.getBlockNumber();
  const balanceBaseUnits = await client.readContract({
    address: mxnb,
    abi: mxnbAbi,
    functionName: "balanceOf",
    args: [wallet.address],
    blockNumber,
  });
  const opening = { genesisHash, blockNumber, balanceBaseUnits };
  books.record([{ entry: "books_opened", opening }]);
  return opening;
}
