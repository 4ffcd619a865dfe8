import { decodeEventLog, type Hex } from "viem";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import {
  encodeApprove,
  encodeCreateEscrow,
  encodeDispute,
  encodeFundEscrow,
  encodeNoop,
  encodeRelease,
  encodeResolveDispute,
  encodeReturn,
} from "../../reactor/chain/calls.ts";
import { readEscrow } from "../../reactor/chain/readEscrow.ts";
import { readTokenState } from "../../reactor/chain/readTokenState.ts";
import type { Receipt } from "../../reactor/chain/receiptOf.ts";
import { simulate } from "../../reactor/chain/simulate.ts";
import { AMOUNT, type EscrowShape, localChain } from "./localChain.ts";

const shapes: EscrowShape[] = ["escrow", "twoStepEscrow"];

function escrowEvents(receipt: Receipt, escrow: Hex): string[] {
  if (receipt.outcome !== "done") return [receipt.outcome];
  return receipt.logs
    .filter(({ address }) => address.toLowerCase() === escrow.toLowerCase())
    .map(
      ({ data, topics }) =>
        decodeEventLog({ abi: kustodiaEscrowAbi, data, topics: topics as [Hex, ...Hex[]] }).eventName,
    );
}

describe.each(shapes)("on the shape %s", async (shape) => {
  const chain = await localChain(shape);
  const { client, node, send } = chain;
  const escrowId = 1n;
  let snapshot: Hex;
  beforeEach(async () => {
    snapshot = await node.snapshot();
  });
  afterEach(() => node.revert({ id: snapshot }));
  afterAll(() => chain.anvil.stop());

  async function openEscrow() {
    await send(encodeApprove(client, { amountBaseUnits: AMOUNT }));
    const created = await send(encodeCreateEscrow(client, await chain.terms()));
    if (shape === "escrow") return { created, funded: created };
    return { created, funded: await send(encodeFundEscrow(client, { escrowId })) };
  }

  test("our calls take MXNB through the escrow, back to the bridge wallet and on to Juno", async () => {
    const { created, funded } = await openEscrow();
    expect(escrowEvents(created, client.escrow)).toContain("EscrowCreated");
    expect(escrowEvents(funded, client.escrow)).toContain("EscrowFunded");
    expect(await readTokenState(client)).toMatchObject({
      allowanceBaseUnits: 0n,
      balancesBaseUnits: { bridge: 0n, escrow: AMOUNT, junoWallet: 0n },
    });

    expect(escrowEvents(await send(encodeRelease(client, { escrowId })), client.escrow)).toEqual(["EscrowReleased"]);
    expect((await readTokenState(client)).balancesBaseUnits).toEqual({ bridge: AMOUNT, escrow: 0n, junoWallet: 0n });

    await send(encodeReturn(client, { amountBaseUnits: AMOUNT }));
    expect((await readTokenState(client)).balancesBaseUnits).toEqual({ bridge: 0n, escrow: 0n, junoWallet: AMOUNT });
  });

  test("an escrow reads back with the terms it was created with, and with each status it goes through", async () => {
    const before = await node.getBlockNumber();
    await openEscrow();
    const { payer, payee, amountBaseUnits, vertical, clabeReference, conditions } = await chain.terms();
    const terms = { payer, payee, amountBaseUnits, vertical, clabeReference, conditions };
    expect(await readEscrow(client, escrowId)).toMatchObject({
      ...terms,
      status: "funded",
      deadlineUnixS: expect.any(Number),
    });
    expect((await readEscrow(client, escrowId))?.token.toLowerCase()).toBe(client.mxnb.toLowerCase());

    await send(encodeDispute(client, { escrowId, reason: "case:7" }));
    expect((await readEscrow(client, escrowId))?.status).toBe("disputed");
    await send(encodeResolveDispute(client, { escrowId, inFavorOfSeller: true }));
    expect((await readEscrow(client, escrowId))?.status).toBe("funded");
    await send(encodeRelease(client, { escrowId }));
    expect((await readEscrow(client, escrowId))?.status).toBe("released");

    expect(await readEscrow(client, escrowId, { blockNumber: before })).toBeNull();
  });

  test("a dispute won by the buyer cancels the escrow and sends its MXNB to the platform wallet", async () => {
    await openEscrow();
    await send(encodeDispute(client, { escrowId, reason: "case:7" }));
    await send(encodeResolveDispute(client, { escrowId, inFavorOfSeller: false }));
    expect((await readEscrow(client, escrowId))?.status).toBe("cancelled");
    expect((await readTokenState(client)).balancesBaseUnits.bridge).toBe(AMOUNT);
  });

  test("an escrow that was never created reads as null", async () => {
    expect(await readEscrow(client, 999n)).toBeNull();
  });

  test("the simulated gas is enough for the transaction itself, and a no-op consumes only a nonce", async () => {
    const call = encodeApprove(client, { amountBaseUnits: AMOUNT });
    const simulated = await simulate(client, call);
    const hash = await node.sendTransaction({ account: client.bridge, chain: null, ...call });
    const receipt = await node.waitForTransactionReceipt({ hash, pollingInterval: 50 });
    expect(simulated).toMatchObject({ outcome: "done" });
    if (simulated.outcome === "done") expect(simulated.gas).toBeGreaterThan(receipt.gasUsed);

    const balances = (await readTokenState(client)).balancesBaseUnits;
    expect(await send(encodeNoop(client))).toMatchObject({ outcome: "done", status: "success", logs: [] });
    expect((await readTokenState(client)).balancesBaseUnits).toEqual(balances);
  });
});
