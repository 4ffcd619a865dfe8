import type { Address } from "viem";
import type { Transaction } from "../books/records.ts";
import { decimalFromBaseUnits } from "../money.ts";

/**
 * What only a transaction's type has: the object in webhooks and in the detail. The issuance's fields are those of a client's
 * fixture; the others are a GUESS in the same words.
 */
export function typeDetails({ order, ...transaction }: Transaction, junoWallet: Address): Record<string, unknown> {
  const onChain = { network: "ARBITRUM", amount: decimalFromBaseUnits(transaction.amountBaseUnits) };
  const [step] = transaction.timeline;
  const hash = step ? { crypto_tx_hash: step.receipt } : {};
  switch (order.type) {
    case "ISSUANCE":
      return {
        ...onChain,
        method: "SPEI",
        asset: "MXN",
        deposit_receiver_clabe: order.receiverClabe,
        sender_name: order.senderName,
        sender_clabe: order.senderClabe,
        crypto_destination_address: junoWallet,
        external_fiat_id: order.trackingKey,
        refunded: transaction.refund === "paid",
        ...hash,
      };
    case "REDEMPTION":
      // No tracking key: no example of Juno's shows the clave de rastreo of a redemption.
      return { ...onChain, method: "SPEI", asset: "MXN", destination_bank_account_id: order.bankAccountId, ...hash };
    case "CRYPTO_WITHDRAWAL":
      return { ...onChain, asset: "MXNB", crypto_destination_address: order.address, ...hash };
    case "CRYPTO_DEPOSIT":
      return {
        ...onChain,
        asset: "MXNB",
        crypto_sender_address: order.sender,
        crypto_destination_address: junoWallet,
        crypto_tx_hash: order.hash,
      };
  }
}
