import { ChainUnavailable } from "../chain/ChainUnavailable.ts";
import { encodeRelease } from "../chain/calls.ts";
import { readEscrow } from "../chain/readEscrow.ts";
import { BASE_UNITS_PER_CENTAVO } from "../payments/money.ts";
import type { ChainPerformer } from "./order.ts";
import { escrowIdOf, prepareCall } from "./prepareCall.ts";

/**
 * Ends the custody: the contract returns the tokens to the bridge wallet. The escrow is read again first, and must be this
 * payment's: a restored database or another program may have given its number to somebody else (DESIGN 6).
 */
export const release: ChainPerformer = async (world, order) => {
  const escrowId = escrowIdOf(order);
  try {
    const escrow = await readEscrow(world.chain, escrowId);
    const ours =
      escrow !== null &&
      escrow.conditions === order.paymentReference &&
      escrow.amountBaseUnits === order.amountCentavos * BASE_UNITS_PER_CENTAVO &&
      escrow.token.toLowerCase() === world.chain.mxnb.toLowerCase();
    if (!ours) {
      const message = `escrow ${escrowId} is not the one of ${order.paymentReference}`;
      return { outcome: "refused", when: "never", reason: "another_escrow", message, evidence: {} };
    }
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error;
    return { outcome: "unknown", message: error.message, reason: "node_unreachable", evidence: {} };
  }
  return prepareCall(world, encodeRelease(world.chain, { escrowId }));
};
