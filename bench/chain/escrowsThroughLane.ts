import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { encodeCreateEscrow } from "../../reactor/chain/calls.ts";
import { type ChainAddresses, createChainClient } from "../../reactor/chain/client.ts";
import { headPolicyFor } from "../../reactor/chain/headPolicy.ts";
import { readNonce } from "../../reactor/chain/readNonce.ts";
import { signerFromPrivateKey } from "../../reactor/chain/signer.ts";
import { moveLane } from "../../reactor/lane.ts";
import { FIRST_LANE } from "../../reactor/payments/lanes.ts";
import { refreshHeads } from "../../reactor/readChain.ts";
import { openDatabase } from "../../reactor/store/database.ts";
import { takeIdentity } from "../../reactor/store/identity.ts";
import { postgresStore, type Transaction } from "../../reactor/store/port.ts";
import { benchReactor } from "../benchReactor.ts";
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
  // No leg asks for it here.
  const send = () => Promise.reject(new Error("This bench has no bank."));
  const reactor = benchReactor({
    ...{ store, identity, signer, installationId: "bench", chain, send, indexSchema: "chain" },
    headPolicy: headPolicyFor(chainId, 0),
    limits: { batch: 1, inFlight },
    onEvent: () => undefined,
  });
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
      await moveLane(reactor);
      open = await store.inFlight(signer.address);
    } while (taken < count || open > 0);
    return count / ((performance.now() - beganMs) / 1_000);
  } finally {
    await identity.close();
    await database.close();
  }
}
