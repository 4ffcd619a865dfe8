import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fault, startRpcProxy } from "../../bin/stack/startRpcProxy.ts";
import { createChainClient } from "../../reactor/chain/client.ts";
import { readTokenState } from "../../reactor/chain/readTokenState.ts";
import { moveLane } from "../../reactor/lane.ts";
import { raiseFence } from "../../reactor/standing.ts";
import { chainTransaction } from "../../reactor/store/schema/index.ts";
import { soon } from "../juno/sandboxBank.ts";
import { type Claimed, openIdleReactor, orderAtBank } from "./idleReactor.ts";

const TIMEOUT_MS = 20_000;
const idle = await openIdleReactor();
const { reactor, db, claimed, sendBack } = idle;
/** What the node was asked, in the order in which it came. */
const asked: string[] = [];
let sent: () => void = () => undefined;
const somethingSent = new Promise<void>((resolve) => {
  sent = resolve;
});
/** The node has a receipt for nobody until it has got the next transaction. */
const proxy = await startRpcProxy(idle.bank.rpcUrl, async ({ method }): Promise<Fault> => {
  asked.push(method);
  if (method === "eth_sendRawTransaction") sent();
  if (method === "eth_getTransactionReceipt") await somethingSent;
  return "none";
});
afterAll(async () => {
  await proxy.stop();
  await idle.close();
});

const { chainId, escrow, mxnb, bridge, junoWallet } = reactor.world.chain;
const chain = createChainClient({
  ...{ chainId, escrow, mxnb, bridge, junoWallet, timeoutMs: TIMEOUT_MS },
  rpcUrls: [proxy.url],
});
const slow = { ...reactor, world: { ...reactor.world, chain } };
const statesOf = async (one: Claimed) =>
  (await db.select().from(chainTransaction).where(eq(chainTransaction.legId, one.leg.id))).map(({ state }) => state);

beforeAll(async () => {
  await idle.fund("90000.00");
  await raiseFence(reactor);
  const withdrawn = await claimed("custody", "withdrawing");
  await orderAtBank(reactor, withdrawn.lease, [{ ...withdrawn, action: "withdraw" }]);
  await soon(async () => {
    const { balancesBaseUnits } = await readTokenState(reactor.world.chain);
    expect(balancesBaseUnits.bridge).toBeGreaterThan(0n);
  });
});

test("what leaves for the first time waits for the receipt of nothing that left before it", async () => {
  const [first, second] = [
    await claimed("custody", "returning", { amountCentavos: 100n }),
    await claimed("custody", "returning", { amountCentavos: 100n }),
  ];
  await sendBack(first);
  await moveLane(reactor);
  expect(await statesOf(first)).toEqual(["sent"]);
  await sendBack(second);
  await moveLane(slow);
  expect(asked).toEqual(["eth_getTransactionReceipt", "eth_sendRawTransaction"]);
  // The receipt that came afterwards is kept by the same turn.
  expect([await statesOf(first), await statesOf(second)]).toEqual([["included"], ["sent"]]);
});
