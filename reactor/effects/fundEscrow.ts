import { encodeFundEscrow } from "../chain/calls.ts";
import type { ChainPerformer } from "./order.ts";
import { escrowIdOf, prepareCall } from "./prepareCall.ts";

/** Moves the tokens into an escrow that was only recorded: the deployed contract's second step. */
export const fundEscrow: ChainPerformer = (world, order) =>
  prepareCall(world, encodeFundEscrow(world.chain, { escrowId: escrowIdOf(order) }));
