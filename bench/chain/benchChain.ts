import { deployContracts } from "../../bin/stack/deployContracts.ts";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { startAnvil } from "../../bin/stack/startAnvil.ts";
import { migrate } from "../../reactor/store/migrate.ts";
import type { Measured, Settings } from "../measured.ts";
import { beginProfile, linesOf } from "../profile.ts";
import { withParts } from "../withParts.ts";
import { escrowsInFlight } from "./escrowsInFlight.ts";
import { escrowsThroughLane } from "./escrowsThroughLane.ts";
import { ESCROWS_IN_A_BATCH, gasOfPayments } from "./gasOfPayments.ts";
import { FLOAT_BASE_UNITS, localToken } from "./localToken.ts";

/** Transactions in flight: one after the other, as many as a reactor lets leave (reactor/assemble.ts), and more. */
const IN_FLIGHT = [1, 16, 64, 256];
const LANE_IN_FLIGHT = [16, 64];
/** How many blocks' worth of its transactions each load is, and the most escrows that it creates. */
const WHOLE = { blocks: 40, most: 1_000 };
const TINY = { blocks: 2, most: 20 };
/** Arbitrum's. */
const BLOCK_S = 0.25;

/**
 * Escrows created a second by one signer on an Anvil whose blocks come as Arbitrum's do: signer and node alone with ever more in
 * flight, and the lane as a reactor has it, with all that it stores. And the gas of one payment beside two escrows as one
 * would build them of OpenZeppelin's parts, beside the double of the deployed contract, and in a batch.
 */
export function benchChain({ tiny, say }: Settings): Promise<Measured> {
  const { blocks, most } = tiny ? TINY : WHOLE;
  const loads = IN_FLIGHT.map((inFlight) => ({ inFlight, count: Math.min(inFlight * blocks, most) }));
  const laneLoads = loads.filter(({ inFlight }) => LANE_IN_FLIGHT.includes(inFlight));
  return withParts(async ({ supervisor, databaseUrl }) => {
    await migrate(databaseUrl);
    const paced = await startAnvil(supervisor, { blockTimeS: BLOCK_S, slotsInAnEpoch: 1 });
    const contracts = await deployContracts(paced.rpcUrl, "one-step");
    const { chainId, escrow, mxnb } = contracts;
    const chain = await localToken(paced.rpcUrl, contracts);
    await chain.send(chain.token, "approve", [escrow, FLOAT_BASE_UNITS]);
    const { bridge, juno } = localAccounts();
    const at = { escrow, mxnb, bridge: bridge.address, junoWallet: juno.address };
    const perSecond: number[] = [];
    for (const load of loads) {
      say(`${load.count} escrows, ${load.inFlight} in flight …`);
      perSecond.push(await escrowsInFlight(paced.rpcUrl, at, { chainId, ...load }));
    }
    const throughLane: number[] = [];
    const profiles: [title: string, spent: string][] = [];
    for (const load of laneLoads) {
      say(`${load.count} escrows through the lane, ${load.inFlight} in flight …`);
      const endProfile = await beginProfile();
      throughLane.push(await escrowsThroughLane(databaseUrl, paced.rpcUrl, at, { chainId, ...load }));
      profiles.push([
        `How the lane's process spends its time, ${load.inFlight} in flight`,
        linesOf(await endProfile()),
      ]);
    }
    const wanted = [...loads, ...laneLoads].reduce((sum, { count }) => sum + count, 0);
    const created = await chain.escrowsOf(escrow);
    await paced.stop();

    const { rpcUrl } = await startAnvil(supervisor);
    const { each, batch } = await gasOfPayments(rpcUrl);
    const gas = (kind: string) => each.get(kind) ?? { create: 0, fund: 0, release: 0 };
    const ours = gas("ours");
    const whole = ({ create, fund, release }: typeof ours) => create + fund + release;
    const told = (kind: string) => {
      const { create, fund, release } = gas(kind);
      return `${create} + ${fund} + ${release} = ${whole(gas(kind))}`;
    };
    return {
      settings: { seconds_between_blocks: BLOCK_S, escrows: loads.map(({ count }) => count).join(" / ") },
      figures: {
        escrowsPerSecond: throughLane[0] ?? 0,
        signerEscrowsPerSecond: Math.max(...perSecond),
        gasCreate: ours.create,
        gasFund: ours.fund,
        gasRelease: ours.release,
        gasPerPayment: whole(ours),
        gasPooledPerPayment: whole(gas("pooled")),
        gasClonesPerPayment: whole(gas("clones")),
        gasCreateInBatch: batch.gasEach,
      },
      details: {
        [`escrows a second: signer and node, ${IN_FLIGHT.join(" / ")} in flight`]: perSecond
          .map(Math.round)
          .join(" / "),
        [`escrows a second: the lane, ${LANE_IN_FLIGHT.join(" / ")} in flight`]: throughLane
          .map(Math.round)
          .join(" / "),
        "gas of ours: create + fund + release": told("ours"),
        "of the deployed contract's double": told("two-step"),
        "of a pooled escrow of OpenZeppelin's parts": told("pooled"),
        "of a clone per payment, its own allowance in fund": told("clones"),
        [`gas of one creation among ${ESCROWS_IN_A_BATCH} of a batch`]: Math.round(batch.gasEach),
        "escrows of a batch in which one was refused": `${batch.createdBesideRefused} of ${ESCROWS_IN_A_BATCH}`,
      },
      shown: Object.fromEntries(profiles),
      wrong: [
        ...(created === wanted ? [] : [`${created} escrows are on the chain, ${wanted} were ordered.`]),
        ...(batch.createdBesideRefused === ESCROWS_IN_A_BATCH - 1
          ? []
          : ["A call that was refused took others with it."]),
      ],
      missed: [],
    };
  });
}
