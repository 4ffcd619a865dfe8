import { test } from "vitest";
import type { CreatedPayment } from "../journeys/support/createPayment.ts";
import { cannotFund, type FaultOf, faultyChain, forgetful, HONEST } from "./support/faultyChain.ts";
import { SETTLED_BLOCKS_BACK, vanishing } from "./support/vanishing.ts";

/*
 * The contract as it is deployed creates an escrow in one call and takes its tokens in the next: between the two a leg has
 * gone on by EscrowCreated alone.
 */

const chain = await faultyChain({ shape: "two-step", settledBlocksBack: SETTLED_BLOCKS_BACK });
const { setFault, paidBy, untilCustody } = chain;
const { blocks, undoWatched, breakOf, heals, neverPaid, fundingVanishes } = vanishing(chain);

const cannotFundAndForgets: FaultOf = (request) => {
  const sent = forgetful(request);
  return sent === "none" ? cannotFund(request) : sent;
};

test.each([0, 6])(
  "an escrow that was created and not funded vanishes under %i blocks more: break, review, nothing is funded or paid; created after all, the break heals",
  async (blocksMore) => {
    setFault(cannotFund);
    const [payment] = (await paidBy([`${3600 + blocksMore}.00`], 1_000)) as [CreatedPayment];
    await untilCustody(payment, "funding", "node_unreachable");
    await blocks(blocksMore);
    setFault(cannotFundAndForgets);
    await undoWatched(payment);
    const number = await breakOf(payment, "funding");
    await neverPaid(payment);
    setFault(HONEST);
    await heals(payment, number);
  },
  300_000,
);

test(
  "the funding of an escrow vanishes: break, review, never in custody; funded after all, the break heals",
  () => fundingVanishes("3700.00"),
  300_000,
);
