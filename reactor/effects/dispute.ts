import { encodeDispute } from "../chain/calls.ts";
import type { ChainPerformer } from "./order.ts";
import { escrowIdOf, prepareCall } from "./prepareCall.ts";

/** Records a dispute on chain. The reason is a reference: people's words stay off the chain (DESIGN 9). */
export const dispute: ChainPerformer = (world, order) =>
  prepareCall(world, encodeDispute(world.chain, { escrowId: escrowIdOf(order), reason: order.paymentReference }));
