import { decodeFunctionData, type Hex, parseTransaction } from "viem";
import { afterAll, expect } from "vitest";
import { kustodiaEscrowAbi } from "../../../abis/kustodiaEscrow.ts";
import { mxnbAbi } from "../../../abis/mxnb.ts";
import type { EscrowShape } from "../../../bin/stack/deployContracts.ts";
import type { Environment } from "../../../bin/stack/planStack.ts";
import { type Fault, startRpcProxy } from "../../../bin/stack/startRpcProxy.ts";
import { until } from "../../../bin/stack/until.ts";
import type { SendAction } from "../../../reactor/payments/table.ts";
import { freshSystem } from "../../harness/freshSystem.ts";
import { apiOf } from "../../journeys/support/api.ts";
import { booksAgree, type Travelled } from "../../journeys/support/booksAgree.ts";
import { type CreatedPayment, createPayment } from "../../journeys/support/createPayment.ts";
import { payDeposit } from "../../journeys/support/payDeposit.ts";
import { untilStatus } from "../../journeys/support/untilStatus.ts";
import { untilLeg } from "./legs.ts";
import { onChain } from "./onChain.ts";
import { keysAreKept } from "./orders.ts";

export type RpcRequest = Readonly<{ method: string; params: readonly unknown[] }>;
export type FaultOf = (request: RpcRequest) => Fault | Promise<Fault>;

const PAYMENT_MS = 100_000;
const MINED_MS = 90_000;
export const RPC_TIMEOUT_MS = 2_000;
const STALE_AFTER_MS = 6_000;

export const HONEST: FaultOf = () => "none";

/** Every payment stays where its next call to the chain would be simulated. */
export const cannotEstimate: FaultOf = ({ method }) => (method === "eth_estimateGas" ? "lose_request" : "none");

const CALLS = [...kustodiaEscrowAbi, ...mxnbAbi] as const;

/** The contract's function that a request simulates or sends; undefined for any other request. */
export function callIn({ method, params: [first] }: RpcRequest): string | undefined {
  const data =
    method === "eth_estimateGas"
      ? (first as { data?: Hex }).data
      : method === "eth_sendRawTransaction"
        ? parseTransaction(first as Hex).data
        : undefined;
  return data && decodeFunctionData({ abi: CALLS, data }).functionName;
}

/** Only this call of ours cannot be simulated: a payment waits before it. */
const cannotCall =
  (name: string): FaultOf =>
  (request) =>
    request.method === "eth_estimateGas" && callIn(request) === name ? "lose_request" : "none";
export const cannotReturn = cannotCall("transfer");
export const cannotFund = cannotCall("fundEscrow");

/** The answer of a node that took a transaction, and then forgets it. */
export const FORGETS: Fault = { result: `0x${"00".repeat(32)}` };

/** Takes every transaction, and forgets it. */
export const forgetful: FaultOf = ({ method }) => (method === "eth_sendRawTransaction" ? FORGETS : "none");

export type FaultyChainOptions = Readonly<{
  /** How many nodes the reactor has. */
  nodes?: number;
  /** What lies deeper is settled and stays; above it a reorg may take it. */
  settledBlocksBack?: number;
  shape?: EscrowShape;
  reactorEnv?: Environment;
}>;

/**
 * A whole system of the calling test file, whose reactor reaches the chain through one faulty node, or through several;
 * the index and the bank have the real one.
 */
export async function faultyChain({ nodes = 1, settledBlocksBack = 5, ...more }: FaultyChainOptions = {}) {
  const system = await freshSystem({
    shape: more.shape ?? "one-step",
    anvil: { blockTimeS: 1, slotsInAnEpoch: settledBlocksBack },
    reactorEnv: {
      TIMERS: "off",
      STALE_AFTER_MS: String(STALE_AFTER_MS),
      RPC_TIMEOUT_MS: String(RPC_TIMEOUT_MS),
      ...more.reactorEnv,
    },
  });
  const { pool } = system.database;
  const chain = onChain(system);
  const faults = Array.from({ length: nodes }, (): FaultOf => () => "none");
  const proxies = await Promise.all(
    faults.map((_, index) => startRpcProxy(system.anvil.rpcUrl, (request) => faults[index]?.(request) ?? "none")),
  );
  afterAll(async () => {
    await system.close();
    for (const proxy of proxies) await proxy.stop();
  });
  const rpcUrls = proxies.map(({ url }) => url).join(",");
  const reactor = await system.startReactor("reactor", { ETH_RPC_URL: rpcUrls });
  const api = apiOf(reactor, system);
  /** All that this system ever had, as it should stand. */
  const travelled: Travelled[] = [];
  let buyers = 0;
  const { node, receiptOf, reorg } = chain;

  async function allEndedOnce(
    payments: readonly CreatedPayment[],
    status: "completed" | "refunded",
    more: Partial<Travelled>,
  ): Promise<void> {
    travelled.push(...payments.map((payment) => ({ ...payment, stage: "paid" as const, ...more })));
    for (const { id } of payments) await untilStatus(api, id, status, PAYMENT_MS);
    await booksAgree(system, travelled);
    await keysAreKept(pool, system.sandbox);
  }

  /** Waits until a transaction is mined and `depth` blocks deep, and takes these blocks away. */
  async function undoBlockOf(hash: Hex, depth: number): Promise<void> {
    const { blockNumber, blockHash } = await until(
      `${hash} mined`,
      MINED_MS,
      async () => (await receiptOf(hash)) ?? undefined,
    );
    await until(`${depth} blocks`, MINED_MS, async () =>
      (await node.getBlockNumber()) >= blockNumber + BigInt(depth) - 1n ? true : undefined,
    );
    await reorg(Number((await node.getBlockNumber()) - blockNumber) + 1);
    // Its bytes may be in a new block already.
    expect((await receiptOf(hash))?.blockHash).not.toBe(blockHash);
  }

  return {
    system,
    pool,
    reactor,
    rpcUrls,
    api,
    ...chain,
    /** What a node of the reactor's does from now on; the first, when none is named. */
    setFault(fault: FaultOf, index = 0): void {
      faults[index] = fault;
    },
    async paidBy(amounts: readonly string[], custodyMs = 1_000): Promise<readonly CreatedPayment[]> {
      const payments = await Promise.all(
        amounts.map((amount) => createPayment(api, { amount, customer: `cliente-${buyers++}`, custodyMs })),
      );
      for (const payment of payments) await payDeposit(system.sandbox, payment);
      return payments;
    },
    allPaidOnce: (payments: readonly CreatedPayment[]) => allEndedOnce(payments, "completed", {}),
    /** The same of payments whose money went back to their buyers, to these accounts. */
    allRefundedOnce: (payments: readonly CreatedPayment[]) =>
      allEndedOnce(payments, "refunded", { escrowStatus: "cancelled" }),
    undoBlockOf,
    /** Waits until the payment's call is mined and `depth` blocks deep, and takes these blocks away. */
    async undo({ id }: { id: number }, action: SendAction, depth: number): Promise<void> {
      const hash = await until(`${action} signed`, MINED_MS, async () => {
        const { rows } = await pool.query<{ hash: Hex }>(
          `select hash from kustodia.chain_transaction join kustodia.leg on leg.id = leg_id
           where action = $1 and payment_id = $2 and hash is not null`,
          [action, id],
        );
        return rows[0]?.hash;
      });
      await undoBlockOf(hash, depth);
    },
    /** Waits until the payment's custody leg is in this state, for this reason where one is given. */
    untilCustody: ({ id }: { id: number }, state: string, reason?: string) =>
      untilLeg(pool, id, "custody", (leg) => leg.state === state && (reason === undefined || leg.reason === reason)),
  };
}
