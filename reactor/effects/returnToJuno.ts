import { encodeReturn } from "../chain/calls.ts";
import { BASE_UNITS_PER_CENTAVO } from "../payments/money.ts";
import type { ChainPerformer } from "./order.ts";
import { prepareCall } from "./prepareCall.ts";

/** Sends the released MXNB from the bridge wallet to Juno's, where it can be redeemed. */
export const returnToJuno: ChainPerformer = (world, order) =>
  prepareCall(world, encodeReturn(world.chain, { amountBaseUnits: order.amountCentavos * BASE_UNITS_PER_CENTAVO }));
