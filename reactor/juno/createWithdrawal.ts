import { askedAmount, askedUuid } from "./asked.ts";
import type { JunoClient } from "./client.ts";
import { postOrder } from "./postOrder.ts";
import type { AcceptedTransaction, BankReply } from "./reply.ts";

const address = /^0x[0-9a-fA-F]{40}$/;

/**
 * Asks the bank to send MXNB from the Juno account to an Arbitrum address of ours. Asynchronous: `done` means accepted; only the
 * transaction's COMPLETE and its Transfer on chain mean sent. Repeating the key answers the original transaction.
 * Throws RangeError or TypeError for an amount that is not positive, a key that is not a UUID, an address that is none.
 */
export async function createWithdrawal(
  client: JunoClient,
  withdrawal: { idempotencyKey: string; amountCentavos: bigint; address: string },
): Promise<BankReply<AcceptedTransaction>> {
  const idempotencyKey = askedUuid("idempotency key", withdrawal.idempotencyKey);
  if (!address.test(withdrawal.address)) {
    throw new TypeError(`${JSON.stringify(withdrawal.address)} is not an Arbitrum address.`);
  }
  const body = JSON.stringify({
    blockchain: "ARBITRUM",
    asset: "MXNB",
    amount: askedAmount(withdrawal.amountCentavos),
    address: withdrawal.address,
    // Required from 1,000 EUR for a wallet in self-custody, at a rate that moves (juno/docs/completing-crypto-withdrawals):
    // always sent, so that no amount is near an edge.
    compliance: { travel_rule: {} },
  });
  const amountBaseUnits = withdrawal.amountCentavos * 10_000n;
  return await postOrder(
    client,
    { path: "/mint_platform/v1/withdrawals", body, idempotencyKey },
    { type: "CRYPTO_WITHDRAWAL", amountBaseUnits },
  );
}
