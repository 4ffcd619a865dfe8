import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { encodeCreateEscrow } from "../../reactor/chain/calls.ts";
import { type ChainAddresses, createChainClient } from "../../reactor/chain/client.ts";
import { headPolicyFor } from "../../reactor/chain/headPolicy.ts";
import { readNonce } from "../../reactor/chain/readNonce.ts";
import { signerFromPrivateKey } from "../../reactor/chain/signer.ts";
import { moveLane } from "../../reactor/lane.ts";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import type { Reactor } from "../../reactor/reactor.ts";
import { refreshHeads } from "../../reactor/readChain.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { takeIdentity } from "../../reactor/store/identity.ts";
import { postgresStore, type Transaction } from "../../reactor/store/port.ts";
import { escrowTerms, type Load } from "./escrowsInFlight.ts";

const CALL = { legId: null, action: "createEscrow", generation: 0 } as const;
const PRICE = { gas: 500_000n, maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n };
const TIMEOUT_MS = 10_000;

/**
 * Creates escrows through the lane as a reactor has it: nonce, signature, sending and receipt of each stored before the next
 * thing is done, and never more in flight than a reactor lets leave. @returns escrows a second, until all have receipts.
 */
export async function escrowsThroughLane(
  databaseUrl: string,
  rpcUrl: string,
  at: ChainAddresses,
  { chainId, count, inFlight }: Load,
): Promise<number> {
  const chain = createChainClient({ ...at, chainId, rpcUrls: [rpcUrl], timeoutMs: TIMEOUT_MS });
  const signer = signerFromPrivateKey(localAccounts().bridge.privateKey);
  const database = openDatabase(databaseUrl, 4, () => undefined);
  const identity = await takeIdentity(databaseUrl, () => undefined);
  const store = postgresStore(database.db, FIRST_LANE);
  const pinned = { escrowContract: at.escrow, token: at.mxnb, bridge: at.bridge, junoWallet: at.junoWallet };
  // What the lane asks of a reactor; it has no leg, no bank and no loop here.
  const reactor = {
    ...{
      store,
      identity,
      signer,
      world: { chain, juno: { now: Date.now } },
      monotonicMs: () => performance.now(),
      headPolicy: headPolicyFor(chainId, 0),
      facts: { chainId, lane: FIRST_LANE, ...pinned },
    },
    ...{ limits: { gasPriceCapWei: PRICE.maxFeePerGas, chainCalls: 8 }, passing: () => Promise.resolve() },
    console: { say: () => undefined, order: () => undefined },
  } as unknown as Reactor;
  try {
    await store.ensureSigner(signer.address, (await readNonce(chain)).latest);
    const { to, data } = encodeCreateEscrow(at, escrowTerms(at));
    const take = (tx: Transaction) => tx.reserveNonce(signer.address, { ...CALL, ...PRICE, to, data });
    const beganMs = performance.now();
    let taken = 0;
    let open = 0;
    do {
      const free = Math.min(inFlight - (await store.inFlight(signer.address)), count - taken);
      await store.transaction(async (tx) => {
        await Promise.all(Array.from({ length: free }, () => take(tx)));
      });
      taken += Math.max(free, 0);
      await refreshHeads(reactor, Date.now());
      await moveLane(reactor, Date.now());
      open = await store.inFlight(signer.address);
    } while (taken < count || open > 0);
    return count / ((performance.now() - beganMs) / 1_000);
  } finally {
    await identity.close();
    await database.close();
  }
}
