import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fault, startRpcProxy } from "../../bin/stack/startRpcProxy.ts";
import { createChainClient } from "../../reactor/chain/client.ts";
import { readTokenState } from "../../reactor/chain/readTokenState.ts";
import { moveLane } from "../../reactor/lane.ts";
import { raiseFence } from "../../reactor/standing.ts";
import { closeCalls } from "../../reactor/store/attempts.ts";
import { DEAD_URL } from "../chain/localChain.ts";
import { soon } from "../juno/sandboxBank.ts";
import { openIdleReactor, orderAtBank } from "./idleReactor.ts";

const TIMEOUT_MS = 2_000;
const idle = await openIdleReactor({ BANK_TIMEOUT_MS: String(TIMEOUT_MS) });
let fault: Fault = "none";
const proxy = await startRpcProxy(idle.bank.rpcUrl, ({ method }) =>
  method === "eth_sendRawTransaction" ? fault : "none",
);
afterAll(async () => {
  await proxy.stop();
  await idle.close();
});
const { reactor, db, bank, claimed, attemptsOf, sendBack } = idle;
const WITHDRAWALS = "POST /mint_platform/v1/withdrawals";

/** Orders a withdrawal, and waits for whatever answer it gets. @returns its leg. */
async function ordered() {
  const one = await claimed("custody", "withdrawing");
  await orderAtBank(reactor, one.lease, [{ ...one, action: "withdraw" }]);
  return one.leg;
}

beforeAll(async () => {
  await idle.fund("90000.00");
  await raiseFence(reactor);
  await ordered();
  // What a return to the bank takes from the bridge.
  await soon(async () => {
    const { balancesBaseUnits } = await readTokenState(reactor.world.chain);
    expect(balancesBaseUnits.bridge).toBeGreaterThan(0n);
  });
});

const asked = { method: "POST", path: "/mint_platform/v1/withdrawals", sentAtMs: expect.any(Number) };

test.each([
  ["accept-then-drop-reply", "connection", asked],
  ["drop-before-accepting", "connection", asked],
  ["slow", "timeout", asked],
  ["500-after-accepting", "server_error", { ...asked, httpStatus: 500, body: expect.any(String) }],
  ["malformed-json", "malformed", { ...asked, httpStatus: 200, body: expect.any(String) }],
  ["truncated-json", "malformed", { ...asked, httpStatus: 200, body: expect.any(String) }],
])(
  "a bank that does %s leaves an order unknown: its class (%s) and its evidence are stored",
  async (kind, reason, seen) => {
    await bank.turnDial({ kind, endpoint: WITHDRAWALS, ms: kind === "slow" ? TIMEOUT_MS * 2 : 0 });
    const leg = await ordered();
    const [attempt, ...more] = await attemptsOf(leg);
    expect(more).toEqual([]);
    expect(attempt).toMatchObject({ outcome: "unknown", reason, when: null, outsideId: null, evidence: seen });
    expect(attempt?.closedAtMs).not.toBeNull();
  },
);

const { chainId, escrow, mxnb, bridge, junoWallet } = reactor.world.chain;
/** The same reactor, whose node is this one. */
const by = (rpcUrl: string): typeof reactor => {
  const addresses = { escrow, mxnb, bridge, junoWallet };
  const chain = createChainClient({ chainId, rpcUrls: [rpcUrl], ...addresses, timeoutMs: TIMEOUT_MS });
  return { ...reactor, world: { ...reactor.world, chain } };
};

test.each([
  ["whose answer is lost", "lose_reply", "no_answer"],
  ["that says what nobody has heard", { code: -32_000, message: "words that nobody has heard" }, "unclassified"],
  ["that is not there", "unreached", "unreached"],
] as const)(
  "a node %s leaves a call unknown, with its class and words, until its logs come",
  async (_what, how, reason) => {
    const one = await claimed("custody", "returning", { amountCentavos: 100n });
    await sendBack(one);
    expect(await attemptsOf(one.leg)).toMatchObject([{ outcome: "pending", evidence: null }]);
    fault = how === "unreached" ? "none" : how;
    await moveLane(by(how === "unreached" ? DEAD_URL : proxy.url));
    fault = "none";
    expect(await attemptsOf(one.leg)).toMatchObject([
      {
        outcome: "unknown",
        reason,
        evidence: {
          hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
          nonce: expect.any(Number),
          message: expect.any(String),
        },
      },
    ]);
    // The same bytes again: the node has them, and the call stays open until the chain shows what it did.
    await moveLane(reactor);
    expect(await attemptsOf(one.leg)).toMatchObject([{ outcome: "unknown" }]);
    await closeCalls(db, one.leg.id, "done");
    expect(await attemptsOf(one.leg)).toMatchObject([{ outcome: "done", when: null, reason: null }]);
  },
);
