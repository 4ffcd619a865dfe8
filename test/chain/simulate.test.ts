import type { Hex } from "viem";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import {
  encodeApprove,
  encodeCreateEscrow,
  encodeDispute,
  encodeFundEscrow,
  encodeRelease,
  encodeResolveDispute,
  encodeReturn,
} from "../../reactor/chain/calls.ts";
import { simulate } from "../../reactor/chain/simulate.ts";
import { AMOUNT, DEAD_URL, type EscrowShape, localChain, stranger } from "./localChain.ts";

const shapes: EscrowShape[] = ["escrow", "twoStepEscrow"];
const never = (reason: string) => expect.objectContaining({ outcome: "refused", reason, when: "never" });
const notNow = (reason: string) => expect.objectContaining({ outcome: "refused", reason, when: "not_now" });

describe.each(shapes)("a simulation on the shape %s", async (shape) => {
  const chain = await localChain(shape);
  const { client, node, send, token } = chain;
  const escrowId = 1n;
  let snapshot: Hex;
  beforeEach(async () => {
    snapshot = await node.snapshot();
  });
  afterEach(() => node.revert({ id: snapshot }));
  afterAll(() => chain.anvil.stop());

  const create = async () => encodeCreateEscrow(client, await chain.terms());
  const approve = (amountBaseUnits = AMOUNT) => send(encodeApprove(client, { amountBaseUnits }));
  /** The call that pulls the MXNB: createEscrow itself, or, in the two-step shape, fundEscrow after it. */
  async function pullingCall() {
    if (shape === "escrow") return create();
    await send(await create());
    return encodeFundEscrow(client, { escrowId });
  }
  async function openEscrow() {
    await approve();
    await send(await pullingCall());
  }

  test("without an allowance is refused, until there is one", async () => {
    const call = await pullingCall();
    expect(await simulate(client, call)).toEqual(notNow("allowance"));
    await approve();
    expect(await simulate(client, call)).toMatchObject({ outcome: "done" });
  });

  test("without the balance is refused", async () => {
    await approve();
    const call = await pullingCall();
    await send(encodeReturn(client, { amountBaseUnits: 1n }));
    expect(await simulate(client, call)).toEqual(notNow("insufficient"));
    expect(await simulate(client, encodeReturn(client, { amountBaseUnits: AMOUNT }))).toEqual(notNow("insufficient"));
  });

  test("while MXNB is paused is refused, for every call that moves it", async () => {
    await openEscrow();
    await token("pause");
    expect(await simulate(client, encodeRelease(client, { escrowId }))).toEqual(notNow("token_paused"));
    expect(await simulate(client, encodeReturn(client, { amountBaseUnits: 0n }))).toEqual(notNow("token_paused"));
    expect(await simulate(client, encodeApprove(client, { amountBaseUnits: 1n }))).toEqual(notNow("token_paused"));
    await token("unpause");
    expect(await simulate(client, encodeRelease(client, { escrowId }))).toMatchObject({ outcome: "done" });
  });

  test.each(["bridge", "escrow", "junoWallet"] as const)("with a blacklisted %s is refused", async (who) => {
    await approve();
    const call = who === "junoWallet" ? encodeReturn(client, { amountBaseUnits: 1n }) : await pullingCall();
    await token("blacklist", client[who]);
    expect(await simulate(client, call)).toEqual(notNow("blacklisted"));
  });

  test("without ether for gas is refused, and says how much is missing", async () => {
    await chain.emptyGas();
    const simulated = await simulate(client, encodeReturn(client, { amountBaseUnits: 1n }));
    expect(simulated).toEqual(notNow("no_gas"));
    expect(simulated).toHaveProperty("message", expect.stringMatching(/has 0 wei, \d+ needed/));
  });

  test("gives a gas limit that still suffices when calls before it have emptied the wallet that is paid", async () => {
    await openEscrow();
    await token("mint", client.bridge, 1n);
    const release = encodeRelease(client, { escrowId });
    const simulated = await simulate(client, release);
    await send(encodeReturn(client, { amountBaseUnits: 1n }));
    const { to, data } = release;
    const needed = await node.estimateGas({ account: client.bridge, to, data });
    expect(simulated).toMatchObject({ outcome: "done" });
    expect("gas" in simulated && simulated.gas).toBeGreaterThanOrEqual(needed);
  });

  test("by anyone but the bridge wallet is refused", async () => {
    expect(await simulate(client, await create(), { from: stranger })).toEqual(notNow("not_bridge_wallet"));
  });

  test("on an escrow that does not exist is refused for ever", async () => {
    expect(await simulate(client, encodeRelease(client, { escrowId: 999n }))).toEqual(never("unknown_escrow"));
    expect(await simulate(client, encodeFundEscrow(client, { escrowId: 999n }))).toEqual(never("unknown_escrow"));
  });

  test("of a second release is refused for ever", async () => {
    await openEscrow();
    await send(encodeRelease(client, { escrowId }));
    expect(await simulate(client, encodeRelease(client, { escrowId }))).toEqual(never("already_released"));
  });

  test("of a second funding is refused for ever", async () => {
    await openEscrow();
    await approve(0n);
    expect(await simulate(client, encodeFundEscrow(client, { escrowId }))).toEqual(never("already_funded"));
  });

  test("of a release or a second dispute is refused while disputed, and for ever once cancelled", async () => {
    await openEscrow();
    expect(await simulate(client, encodeResolveDispute(client, { escrowId, inFavorOfSeller: true }))).toEqual(
      notNow("not_disputed"),
    );
    await send(encodeDispute(client, { escrowId, reason: "case:7" }));
    expect(await simulate(client, encodeRelease(client, { escrowId }))).toEqual(notNow("disputed"));
    expect(await simulate(client, encodeDispute(client, { escrowId, reason: "case:8" }))).toEqual(notNow("disputed"));
    await send(encodeResolveDispute(client, { escrowId, inFavorOfSeller: false }));
    expect(await simulate(client, encodeRelease(client, { escrowId }))).toEqual(never("cancelled"));
  });

  test("of a deadline that has passed, or of a dispute after it, is refused for ever", async () => {
    await approve();
    const late = encodeCreateEscrow(client, { ...(await chain.terms()), deadlineUnixS: 1 });
    expect(await simulate(client, late)).toEqual(never("deadline"));
    await send(await pullingCall());
    await node.increaseTime({ seconds: 2 * 86_400 });
    await node.mine({ blocks: 1 });
    expect(await simulate(client, encodeDispute(client, { escrowId, reason: "case:7" }))).toEqual(never("deadline"));
  });

  test("of terms without a payee is refused for ever", async () => {
    const payee = "0x0000000000000000000000000000000000000000";
    const call = encodeCreateEscrow(client, { ...(await chain.terms()), payee });
    expect(await simulate(client, call)).toEqual(never("invalid_terms"));
  });

  test("by words of a contract that is not ours is unknown, never a refusal", async () => {
    // Solidity's Panic(uint256) with code 1: real revert bytes that no table of ours has.
    const panics = "0x634e487b7160e01b5f52600160045260245ffd";
    await node.setCode({ address: stranger, bytecode: panics });
    const unclassified: string[] = [];
    const telling = { ...client, onUnclassified: (message: string) => unclassified.push(message) };
    expect(await simulate(telling, { verb: "noop", to: stranger, data: "0x" })).toMatchObject({ outcome: "unknown" });
    expect(unclassified).toEqual([expect.stringContaining("noop revirtió: Panic")]);
  });

  test("that no node answers is unknown", async () => {
    expect(await simulate(chain.clientOf(DEAD_URL), await create())).toMatchObject({ outcome: "unknown" });
  });

  test("falls over to the second endpoint, for what succeeds and for what is refused", async () => {
    const both = chain.clientOf(DEAD_URL, chain.anvil.rpcUrl);
    expect(await simulate(both, encodeReturn(client, { amountBaseUnits: 1n }))).toMatchObject({ outcome: "done" });
    expect(await simulate(both, encodeRelease(client, { escrowId: 999n }))).toEqual(never("unknown_escrow"));
  });

  if (shape === "escrow") {
    test("while our escrow is paused: no new escrow, but its exits are open", async () => {
      await openEscrow();
      await chain.asOwner(client.escrow, kustodiaEscrowAbi, "pause", []);
      expect(await simulate(client, await create())).toEqual(notNow("escrow_paused"));
      expect(await simulate(client, encodeRelease(client, { escrowId }))).toMatchObject({ outcome: "done" });
    });

    test("of a CLABE in clear is refused for ever", async () => {
      const clear = { ...(await chain.terms()), clabeReference: "032180000118359719" };
      expect(await simulate(client, encodeCreateEscrow(client, clear))).toEqual(never("invalid_terms"));
    });
  } else {
    test("of a release before the funding is refused until it is funded", async () => {
      await send(await create());
      expect(await simulate(client, encodeRelease(client, { escrowId }))).toEqual(notNow("not_funded"));
    });
  }
});
