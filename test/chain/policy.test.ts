import { describe, expect, test } from "vitest";
import { deadlineFor } from "../../reactor/chain/deadlineFor.ts";
import { bumpFees } from "../../reactor/chain/fees.ts";
import { headPolicyFor } from "../../reactor/chain/headPolicy.ts";

describe("head policy", () => {
  test("Arbitrum One settles at safe, and above 100,000 MXN at finalized", () => {
    const policy = headPolicyFor(42161);
    expect(policy.softConfirmations).toBe(20);
    expect(policy.settled).toEqual({ settledTag: "safe" });
    expect(policy.settledLarge).toEqual({ settledTag: "finalized" });
  });

  test("CONFIRMATIONS changes the soft depth of a real chain and never its settled tag", () => {
    expect(headPolicyFor(42161, 40)).toEqual({ ...headPolicyFor(42161), softConfirmations: 40 });
    expect(headPolicyFor(421614, 0)).toMatchObject({ softConfirmations: 0, settled: { settledTag: "safe" } });
  });

  test("on Anvil CONFIRMATIONS is the depth of both heads; without it the settled head is the safe tag", () => {
    expect(headPolicyFor(31337)).toMatchObject({ softConfirmations: 0, settled: { settledTag: "safe" } });
    const depth = { settledDepth: 2 };
    expect(headPolicyFor(31337, 2)).toEqual({ softConfirmations: 2, settled: depth, settledLarge: depth });
  });

  test("a chain nobody decided on is refused, and so is half a confirmation", () => {
    expect(() => headPolicyFor(1)).toThrow(/CHAIN_ID 31337, 42161, 421614/);
    expect(() => headPolicyFor(42161, 1.5)).toThrow(/CONFIRMATIONS/);
    expect(() => headPolicyFor(42161, -1)).toThrow(/CONFIRMATIONS/);
  });
});

describe("bumped fees", () => {
  const fees = { maxFeePerGas: 100n, maxPriorityFeePerGas: 0n };

  test("rise by the percentage and never stay equal, not even a tip of zero", () => {
    expect(bumpFees(fees, { percent: 10, capWei: 1_000n })).toEqual({ maxFeePerGas: 111n, maxPriorityFeePerGas: 1n });
  });

  test("stop at the cap: exactly the cap is offered, one wei above is not", () => {
    expect(bumpFees(fees, { percent: 10, capWei: 111n })).not.toBeNull();
    expect(bumpFees(fees, { percent: 10, capWei: 110n })).toBeNull();
  });

  test("by less than nodes accept, or by a fraction, are a mistake", () => {
    expect(() => bumpFees(fees, { percent: 9, capWei: 1_000n })).toThrow(RangeError);
    expect(() => bumpFees(fees, { percent: 12.5, capWei: 1_000n })).toThrow(RangeError);
  });
});

describe("the deadline on chain", () => {
  test("is the end of custody when that is more than a day away, else a day from now", () => {
    const nowUnixS = 1_750_000_000;
    expect(deadlineFor({ custodyEndUnixS: nowUnixS + 90_000, nowUnixS })).toBe(nowUnixS + 90_000);
    expect(deadlineFor({ custodyEndUnixS: nowUnixS + 86_399, nowUnixS })).toBe(nowUnixS + 86_400);
    expect(deadlineFor({ custodyEndUnixS: nowUnixS - 5, nowUnixS })).toBe(nowUnixS + 86_400);
  });
});
