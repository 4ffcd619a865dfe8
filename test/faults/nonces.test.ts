import { keccak256 } from "viem";
import { describe, expect, test } from "vitest";
import { until } from "../../bin/stack/until.ts";
import { cannotEstimate, FORGETS, faultyChain, HONEST } from "./support/faultyChain.ts";

const chain = await faultyChain();
const { setFault, paidBy, allPaidOnce, untilCustody, receiptOf } = chain;

describe("a nonce", () => {
  test("that is too low because the lost reply's transaction was mined meanwhile: its receipt closes it, and the lane goes on", async () => {
    const seen = new Map<string, number>();
    let tooLow = 0;
    setFault(async ({ method, params }) => {
      if (method !== "eth_sendRawTransaction") return "none";
      const raw = String(params[0]) as `0x${string}`;
      const times = (seen.get(raw) ?? 0) + 1;
      seen.set(raw, times);
      if (times === 1) return "lose_reply";
      // The same bytes come again only to a node that has already mined them.
      const hash = keccak256(raw);
      await until("the lost one mined", 20_000, async () => ((await receiptOf(hash)) ? true : undefined));
      tooLow++;
      return "none";
    });
    const payments = await paidBy(["2000.00", "2001.00"]);
    await allPaidOnce(payments);
    setFault(HONEST);
    expect(tooLow).toBeGreaterThanOrEqual(6);
  }, 300_000);

  test("that is too high for the node, and a gap that a forgotten transaction left: the first is sent again before the next", async () => {
    setFault(cannotEstimate);
    const payments = await paidBy(["2010.00", "2011.00", "2012.00"]);
    for (const payment of payments) await untilCustody(payment, "bridged", "node_unreachable");
    const sent: string[] = [];
    let refusals = 2;
    setFault(({ method, params }) => {
      if (method !== "eth_sendRawTransaction") return "none";
      const raw = String(params[0]);
      const isFirst = sent.length === 0;
      sent.push(raw);
      // The first is taken and forgotten, so that the second is one too high (as Nethermind and Arbitrum's sequencer say).
      if (isFirst) return FORGETS;
      if (raw !== sent[0] && refusals-- > 0)
        return { code: -32000, message: "nonce too high: address 0x0, tx: 2 state: 1" };
      return "none";
    });
    await allPaidOnce(payments);
    setFault(HONEST);
    expect(sent.filter((raw) => raw === sent[0]).length).toBeGreaterThanOrEqual(2);
  }, 300_000);
});
