import type { EscrowShape } from "../../bin/stack/deployContracts.ts";
import { bridge, juno, type LocalChain, owner, stranger } from "./localChain.ts";

/**
 * Makes the contracts emit every event they have. The escrows end as 1 released · 2 disputed, for the seller, released ·
 * 3 disputed, for the buyer · 4 funded · 5 (two-step only) cancelled before it was funded.
 * @returns the block after which only the token was used.
 */
export async function liveThroughEverything(chain: LocalChain, shape: EscrowShape): Promise<bigint> {
  for (const escrowId of [1n, 2n, 3n, 4n]) {
    await chain.createEscrow();
    if (shape === "two-step") await chain.escrow(bridge, "fundEscrow", [escrowId]);
  }
  await chain.escrow(bridge, "release", [1n]);
  for (const escrowId of [2n, 3n]) {
    await chain.escrow(bridge, "dispute", [escrowId, "case:17"]);
    await chain.escrow(bridge, "resolveDispute", [escrowId, escrowId === 2n]);
  }
  await chain.escrow(bridge, "release", [2n]);
  await (shape === "one-step" ? administerOurs(chain) : cancelBeforeFunding(chain));

  const block = await chain.client.getBlockNumber();
  await useToken(chain);
  return block;
}

async function cancelBeforeFunding(chain: LocalChain): Promise<void> {
  await chain.createEscrow();
  await chain.escrow(bridge, "cancel", [5n]);
}

/** What the deployed contract has no events for. */
async function administerOurs({ escrow, mxnb, contracts }: LocalChain): Promise<void> {
  await escrow(owner, "pause");
  await escrow(owner, "unpause");
  await escrow(owner, "setBridgeWallet", [bridge.address]);
  await escrow(owner, "setPlatformWallet", [bridge.address]);
  await escrow(owner, "transferOwnership", [stranger.address]);
  await escrow(stranger, "acceptOwnership");
  await mxnb(bridge, "transfer", [contracts.escrow, 13n]);
  await escrow(stranger, "rescueTokens", [contracts.mxnb, bridge.address, 13n]);
}

/** Each amount once, so that a row tells which call it comes from. The calls marked "not ours" touch no address of ours. */
async function useToken({ mxnb, contracts }: LocalChain): Promise<void> {
  await mxnb(owner, "configureMinter", [bridge.address, 100n]); // not ours: no money moves
  await mxnb(juno, "mint", [juno.address, 17n]); // not ours: the bank mints for everybody
  await mxnb(juno, "mint", [bridge.address, 7n]);
  await mxnb(bridge, "burn", [5n]);
  await mxnb(juno, "transfer", [stranger.address, 10n]); // not ours
  await mxnb(stranger, "transfer", [juno.address, 2n]); // not ours
  await mxnb(stranger, "approve", [juno.address, 4n]); // not ours
  await mxnb(stranger, "approve", [contracts.escrow, 3n]);
  await mxnb(bridge, "transfer", [juno.address, 11n]);
  await mxnb(bridge, "transfer", [bridge.address, 19n]);
  await mxnb(owner, "blacklist", [stranger.address]); // not ours
  await mxnb(owner, "blacklist", [juno.address]);
  await mxnb(owner, "blacklist", [bridge.address]);
  await mxnb(owner, "unBlacklist", [bridge.address]);
  await mxnb(owner, "pause");
  await mxnb(owner, "unpause");
}
