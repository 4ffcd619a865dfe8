import { encodeFunctionData, parseEventLogs } from "viem";
import { kustodiaEscrowAbi } from "../../abis/kustodiaEscrow.ts";
import { buildContracts } from "../../bin/contracts/build.ts";
import { type DeployedContracts, deployContracts } from "../../bin/stack/deployContracts.ts";
import { compileReferences } from "./compileReferences.ts";
import { AMOUNT_BASE_UNITS, type Contract, FLOAT_BASE_UNITS, type LocalChain, localToken } from "./localToken.ts";

/** Gas of one payment's life on chain, its transactions' own included. */
export type PaymentGas = Readonly<{ create: number; fund: number; release: number }>;

const CUSTODY_S = 30n * 86_400n;
/** Escrows in one transaction of the batch. */
export const ESCROWS_IN_A_BATCH = 16;

/**
 * Node's estimate is too low for a batch: it asks with how much gas the whole succeeds, and the whole succeeds without its
 * last call, since it lets every call fail by itself.
 */
const BATCH_GAS = 20_000_000n;

/** A bridge wallet that is a contract makes many escrows at once. */
type Batch = Readonly<{
  /** Gas of one creation among them. */
  gasEach: number;
  /** How many there were after a batch in which one call was refused. */
  createdBesideRefused: number;
}>;

/**
 * What a payment costs in each kind of escrow. Of each a first payment stays in it and is not counted, for it pays for
 * storage that all later ones share; what is counted is the second.
 */
export async function gasOfPayments(rpcUrl: string): Promise<{
  each: ReadonlyMap<string, PaymentGas>;
  batch: Batch;
}> {
  const compiled = compileReferences();
  const oneStep = await deployContracts(rpcUrl, "one-step");
  const chain = await localToken(rpcUrl, oneStep);
  const each = new Map<string, PaymentGas>();
  each.set("ours", await gasOfOurs(chain, oneStep));
  const twoStep = await deployContracts(rpcUrl, "two-step");
  each.set("two-step", await gasOfTwoStep(await localToken(rpcUrl, twoStep), twoStep));
  each.set("pooled", await gasOfPooled(chain, await chain.deploy(compiled("PooledEscrow"), [chain.token.address])));
  const factory = await chain.deploy(compiled("EscrowFactory"));
  each.set("clones", await gasOfClones(chain, factory, compiled("EscrowPerPayment")));
  const bridge = await chain.deploy(compiled("BridgeBatch"));
  return { each, batch: await inBatch(chain, oneStep, bridge) };
}

const gasOf = ({ gasUsed }: { gasUsed: bigint }) => Number(gasUsed);
const approve = (chain: LocalChain, spender: string) => chain.send(chain.token, "approve", [spender, FLOAT_BASE_UNITS]);

/** As long as ours are: a vertical, a keyed hash and a payment's reference. */
function termsOf({ bridge, token }: LocalChain): readonly unknown[] {
  const deadline = BigInt(Math.floor(Date.now() / 1_000)) + CUSTODY_S;
  const words = ["custodia", `hmac:${"5e".repeat(16)}`, "kustodia:0a1b2c3d:81"];
  return [bridge.address, bridge.address, token.address, AMOUNT_BASE_UNITS, deadline, ...words];
}

async function gasOfOurs(chain: LocalChain, { escrow }: DeployedContracts): Promise<PaymentGas> {
  const ours: Contract = { abi: kustodiaEscrowAbi, address: escrow };
  await approve(chain, escrow);
  await chain.send(ours, "createEscrow", termsOf(chain));
  const create = await chain.send(ours, "createEscrow", termsOf(chain));
  const release = await chain.send(ours, "release", [2n]);
  return { create: gasOf(create), fund: 0, release: gasOf(release) };
}

async function gasOfTwoStep(chain: LocalChain, { escrow }: DeployedContracts): Promise<PaymentGas> {
  const { twoStepEscrow } = await buildContracts();
  const deployed: Contract = { abi: twoStepEscrow.abi, address: escrow };
  await approve(chain, escrow);
  await chain.send(deployed, "createEscrow", termsOf(chain));
  await chain.send(deployed, "fundEscrow", [1n]);
  const create = await chain.send(deployed, "createEscrow", termsOf(chain));
  const fund = await chain.send(deployed, "fundEscrow", [2n]);
  const release = await chain.send(deployed, "release", [2n]);
  return { create: gasOf(create), fund: gasOf(fund), release: gasOf(release) };
}

async function gasOfPooled(chain: LocalChain, pooled: Contract): Promise<PaymentGas> {
  await approve(chain, pooled.address);
  const terms = [chain.bridge.address, AMOUNT_BASE_UNITS];
  await chain.send(pooled, "deposit", terms);
  const create = await chain.send(pooled, "deposit", terms);
  const release = await chain.send(pooled, "release", [2n]);
  return { create: gasOf(create), fund: 0, release: gasOf(release) };
}

async function gasOfClones(chain: LocalChain, factory: Contract, { abi }: Pick<Contract, "abi">): Promise<PaymentGas> {
  const created = await chain.send(factory, "create", [chain.bridge.address, chain.token.address]);
  const [made] = parseEventLogs({ abi: factory.abi, logs: created.logs, eventName: "EscrowMade" });
  const { escrow: address } = (made as unknown as { args: { escrow: Contract["address"] } }).args;
  // Each payment's contract is another spender: its allowance is of this payment alone.
  const allowed = await chain.send(chain.token, "approve", [address, AMOUNT_BASE_UNITS]);
  const funded = await chain.send({ abi, address }, "fund", [AMOUNT_BASE_UNITS]);
  const released = await chain.send({ abi, address }, "release", []);
  return { create: gasOf(created), fund: gasOf(allowed) + gasOf(funded), release: gasOf(released) };
}

async function inBatch(chain: LocalChain, { escrow }: DeployedContracts, bridge: Contract): Promise<Batch> {
  const ours: Contract = { abi: kustodiaEscrowAbi, address: escrow };
  await chain.sendAsOwner(ours, "setBridgeWallet", [bridge.address]);
  await chain.send(chain.token, "transfer", [bridge.address, FLOAT_BASE_UNITS / 2n]);
  await chain.send(bridge, "approve", [chain.token.address, escrow, FLOAT_BASE_UNITS]);
  const create = encodeFunctionData({ abi: ours.abi, functionName: "createEscrow", args: termsOf(chain) });
  const createEach = async (calls: readonly unknown[]) => {
    const before = await chain.escrowsOf(escrow);
    const receipt = await chain.send(bridge, "callEach", [escrow, calls], BATCH_GAS);
    return { gas: gasOf(receipt), created: (await chain.escrowsOf(escrow)) - before };
  };
  const calls = Array.from({ length: ESCROWS_IN_A_BATCH }, () => create);
  await createEach([create]);
  const whole = await createEach(calls);
  const { created: createdBesideRefused } = await createEach(calls.with(1, "0x"));
  return { gasEach: whole.gas / whole.created, createdBesideRefused };
}
