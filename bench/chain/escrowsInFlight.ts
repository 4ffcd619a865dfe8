import { setTimeout as sleep } from "node:timers/promises";
import { createPublicClient, http } from "viem";
import { localAccounts } from "../../bin/stack/localAccounts.ts";
import { encodeCreateEscrow } from "../../reactor/chain/calls.ts";
import type { ChainAddresses } from "../../reactor/chain/client.ts";
import { signerFromPrivateKey } from "../../reactor/chain/signer.ts";
import { AMOUNT_BASE_UNITS } from "./localToken.ts";

/** More than any creation takes, and fees that outlive a burst of full blocks. */
const GAS = 500_000n;
const FEES = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 1n };
const LOOK_EVERY_MS = 10;

export type Load = Readonly<{
  chainId: number;
  count: number;
  /** The most that are sent and not mined yet. */
  inFlight: number;
}>;

/**
 * Creates escrows by one signer with so many transactions in flight, nothing stored between: what signing and node cost
 * alone. What is mined is asked by the signer's nonce, since a receipt for each would be most of the work. @returns escrows a second.
 */
export async function escrowsInFlight(
  rpcUrl: string,
  at: ChainAddresses,
  { chainId, count, inFlight }: Load,
): Promise<number> {
  const rpc = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });
  const signer = signerFromPrivateKey(localAccounts().bridge.privateKey);
  const minedNow = () => rpc.getTransactionCount({ address: signer.address });
  const { to, data } = encodeCreateEscrow(at, escrowTerms(at));
  const first = await minedNow();
  const send = async (nonce: number) => {
    const { raw } = await signer.sign({ chainId, nonce, gas: GAS, ...FEES, to, data });
    await rpc.sendRawTransaction({ serializedTransaction: raw });
  };
  const beganMs = performance.now();
  let sent = 0;
  for (let mined = 0; mined < count; mined = (await minedNow()) - first) {
    const free = Math.min(inFlight - (sent - mined), count - sent);
    const from = first + sent;
    await Promise.all(Array.from({ length: free }, (_, nth) => send(from + nth)));
    sent += free;
    if (free === 0) await sleep(LOOK_EVERY_MS);
  }
  return count / ((performance.now() - beganMs) / 1_000);
}

/** An escrow as ours are. */
export const escrowTerms = ({ bridge }: ChainAddresses) => ({
  ...{ payer: bridge, payee: bridge, amountBaseUnits: AMOUNT_BASE_UNITS },
  deadlineUnixS: Math.floor(Date.now() / 1_000) + 30 * 86_400,
  ...{ vertical: "custodia", clabeReference: `hmac:${"5e".repeat(16)}`, conditions: "kustodia:0a1b2c3d:81" },
});
