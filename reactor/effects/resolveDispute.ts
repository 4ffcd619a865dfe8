import { encodeResolveDispute } from "../chain/calls.ts";
import type { ChainPerformer } from "./order.ts";
import { escrowIdOf, prepareCall } from "./prepareCall.ts";

/** The escrow goes on as before; a release can follow. */
export const resolveForSeller: ChainPerformer = (world, order) =>
  prepareCall(world, encodeResolveDispute(world.chain, { escrowId: escrowIdOf(order), inFavorOfSeller: true }));

/** The escrow ends, and its tokens go to the contract's platform wallet. */
export const resolveForBuyer: ChainPerformer = (world, order) =>
  prepareCall(world, encodeResolveDispute(world.chain, { escrowId: escrowIdOf(order), inFavorOfSeller: false }));
