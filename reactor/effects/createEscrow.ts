import { encodeCreateEscrow } from "../chain/calls.ts";
import { deadlineFor } from "../chain/deadlineFor.ts";
import { BASE_UNITS_PER_CENTAVO } from "../payments/money.ts";
import type { ChainPerformer } from "./order.ts";
import { prepareCall } from "./prepareCall.ts";

/** The kind of business, as the client's contract names it. */
const VERTICAL = "spei";

/** Records the payment in the escrow contract; ours pulls the tokens in the same call, the deployed one in `fundEscrow`. */
export const createEscrow: ChainPerformer = (world, order) =>
  prepareCall(
    world,
    encodeCreateEscrow(world.chain, {
      // In the SPEI flow the bridge is both parties: people have no wallets (contracts-and-token.md 1.4).
      payer: world.chain.bridge,
      payee: world.chain.bridge,
      amountBaseUnits: order.amountCentavos * BASE_UNITS_PER_CENTAVO,
      deadlineUnixS: deadlineFor({
        custodyEndUnixS: Math.ceil(order.custodyEndMs / 1_000),
        nowUnixS: Math.ceil(order.nowMs / 1_000),
      }),
      vertical: VERTICAL,
      clabeReference: order.clabeReference,
      conditions: order.paymentReference,
    }),
  );
