import { blockHashAt } from "../chain/blockHashAt.ts";
import { ChainUnavailable } from "../chain/ChainUnavailable.ts";
import type { Decided } from "../payments/courseOf.ts";
import type { Reason } from "../payments/leg.ts";
import type { Reactor } from "../reactor.ts";
import { saveEach } from "./saveEach.ts";

const PAUSE_MS = 250;

/** Reads the chain's own hash for the blocks that legs wait to see settled, each height once. */
export async function confirmBlock(reactor: Reactor, batch: readonly Decided[]): Promise<void> {
  const heights = new Set(batch.flatMap(({ decision }) => (decision.kind === "perform" ? (decision.block ?? []) : [])));
  let reason: Reason | null = null;
  for (const height of heights) {
    try {
      const hash = await blockHashAt(reactor.world.chain, height);
      if (hash !== null) await reactor.store.saveSettledBlock(reactor.facts.chainId, height, hash);
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      reason = "node_unreachable";
    }
  }
  await saveEach(reactor, batch, async (tx, { leg, facts }) => {
    await tx.saveWait(leg, { untilMs: facts.nowMs + PAUSE_MS, reason }, facts.nowMs);
    return { events: [], result: null };
  });
}
