import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, expect, test } from "vitest";
import { killSwitchAt } from "../../bin/operate/killSwitchAt.ts";
import { liftByTwo } from "../../bin/operate/liftByTwo.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { until } from "../../bin/stack/until.ts";
import { anvilChain } from "../harness/anvilChain.ts";
import { freshSystem } from "../harness/freshSystem.ts";
import { follow } from "./support/follow.ts";
import { untilLeg } from "./support/legs.ts";
import { onChain } from "./support/onChain.ts";

const WITHIN_MS = 60_000;

const system = await freshSystem({ reactorEnv: { TIMERS: "off" } });
afterAll(() => system.close());
const { node } = onChain(system);
const { bridge } = localAccounts();
const program = createWalletClient({
  account: privateKeyToAccount(bridge.privateKey),
  chain: anvilChain,
  transport: http(system.anvil.rpcUrl),
});

test("a new database beside a program that still sends from the same key: its transaction waits in the pool, and no money leaves until two persons say that it has ended", async () => {
  await node.setIntervalMining({ interval: 0 });
  const sent = await program.sendTransaction({ to: bridge.address, value: 1n });
  const reactor = await system.startReactor();
  const { history } = await killSwitchAt(reactor.url, system.apiKey).status();
  expect(history.map(({ why }) => why)).toEqual([
    expect.stringMatching(/por minar .* que no son nuestras \(nonce 0 a 0\)/),
  ]);
  await node.setIntervalMining({ interval: 1 });
  const { paidBy, allPaidOnce } = follow(system, () => reactor);
  const payments = await paidBy(["930.00"], 1_000);
  const [payment] = payments;
  if (payment === undefined) throw new Error("One payment was asked for.");
  await untilLeg(system.database.pool, payment.id, "custody", ({ reason }) => reason === "killed", WITHIN_MS);
  await until("the other's transaction mined", WITHIN_MS, async () =>
    (await node.getTransactionCount({ address: bridge.address })) > 0 ? true : undefined,
  );
  expect((await node.getTransaction({ hash: sent })).nonce).toBe(0);
  await liftByTwo(reactor, system, "el programa anterior está apagado");
  await allPaidOnce(payments);
}, 300_000);
