import { type Context, ponder } from "ponder:registry";
import { escrow } from "ponder:schema";
import { recordEvent } from "./recordEvent.ts";

ponder.on("KustodiaEscrow:EscrowCreated", async ({ event, context }) => {
  const { escrowId, payer, payee, amount, vertical, clabe } = event.args;
  await recordEvent(context, event, "EscrowCreated", {
    escrowId,
    fromAddress: payer,
    toAddress: payee,
    amountBaseUnits: amount,
    data: { vertical, clabe },
  });
  await context.db.insert(escrow).values({
    id: escrowId,
    contract: event.log.address,
    payer,
    payee,
    amountBaseUnits: amount,
    vertical,
    clabeReference: clabe,
    status: "pending",
    createdBlock: event.block.number,
    createdTimestamp: event.block.timestamp,
    createdTxHash: event.transaction.hash,
  });
});

ponder.on("KustodiaEscrow:EscrowFunded", async ({ event, context }) => {
  const { escrowId, amount } = event.args;
  await recordEvent(context, event, "EscrowFunded", { escrowId, amountBaseUnits: amount });
  await change(context, event, escrowId, {
    status: "funded",
    fundedBlock: event.block.number,
    fundedTxHash: event.transaction.hash,
  });
});

ponder.on("KustodiaEscrow:EscrowReleased", async ({ event, context }) => {
  const { escrowId } = event.args;
  await recordEvent(context, event, "EscrowReleased", { escrowId });
  await change(context, event, escrowId, {
    status: "released",
    releasedBlock: event.block.number,
    releasedTxHash: event.transaction.hash,
  });
});

ponder.on("KustodiaEscrow:EscrowDisputed", async ({ event, context }) => {
  const { escrowId, by, reason } = event.args;
  await recordEvent(context, event, "EscrowDisputed", { escrowId, fromAddress: by, data: { reason } });
  await change(context, event, escrowId, {
    status: "disputed",
    disputedBlock: event.block.number,
    disputedTxHash: event.transaction.hash,
    disputedBy: by,
    disputeReason: reason,
  });
});

ponder.on("KustodiaEscrow:EscrowDisputeResolved", async ({ event, context }) => {
  const { escrowId, inFavorOfSeller } = event.args;
  await recordEvent(context, event, "EscrowDisputeResolved", { escrowId, data: { inFavorOfSeller } });
  const resolved = {
    resolvedBlock: event.block.number,
    resolvedTxHash: event.transaction.hash,
    resolvedInFavorOfSeller: inFavorOfSeller,
  };
  // For the buyer this log alone ends the escrow: no EscrowCancelled follows it, in either shape of the contract.
  const cancelled = { cancelledBlock: event.block.number, cancelledTxHash: event.transaction.hash };
  await change(
    context,
    event,
    escrowId,
    inFavorOfSeller ? { status: "funded", ...resolved } : { status: "cancelled", ...resolved, ...cancelled },
  );
});

ponder.on("KustodiaEscrow:EscrowCancelled", async ({ event, context }) => {
  const { escrowId } = event.args;
  await recordEvent(context, event, "EscrowCancelled", { escrowId });
  await change(context, event, escrowId, {
    status: "cancelled",
    cancelledBlock: event.block.number,
    cancelledTxHash: event.transaction.hash,
  });
});

ponder.on("KustodiaEscrow:Initialized", async ({ event, context }) => {
  await recordEvent(context, event, "Initialized", { data: { version: String(event.args.version) } });
});

ponder.on("KustodiaEscrow:OwnershipTransferStarted", async ({ event, context }) => {
  const { previousOwner, newOwner } = event.args;
  await recordEvent(context, event, "OwnershipTransferStarted", { fromAddress: previousOwner, toAddress: newOwner });
});

ponder.on("KustodiaEscrow:OwnershipTransferred", async ({ event, context }) => {
  const { previousOwner, newOwner } = event.args;
  await recordEvent(context, event, "OwnershipTransferred", { fromAddress: previousOwner, toAddress: newOwner });
});

ponder.on("KustodiaEscrow:BridgeWalletUpdated", async ({ event, context }) => {
  const { previousWallet, newWallet } = event.args;
  await recordEvent(context, event, "BridgeWalletUpdated", { fromAddress: previousWallet, toAddress: newWallet });
});

ponder.on("KustodiaEscrow:PlatformWalletUpdated", async ({ event, context }) => {
  const { previousWallet, newWallet } = event.args;
  await recordEvent(context, event, "PlatformWalletUpdated", { fromAddress: previousWallet, toAddress: newWallet });
});

ponder.on("KustodiaEscrow:Paused", async ({ event, context }) => {
  await recordEvent(context, event, "Paused", { fromAddress: event.args.account });
});

ponder.on("KustodiaEscrow:Unpaused", async ({ event, context }) => {
  await recordEvent(context, event, "Unpaused", { fromAddress: event.args.account });
});

ponder.on("KustodiaEscrow:TokensRescued", async ({ event, context }) => {
  const { token, to, amount } = event.args;
  await recordEvent(context, event, "TokensRescued", { toAddress: to, amountBaseUnits: amount, data: { token } });
});

/** An escrow created before the first indexed block has no row to change: its later events are in `chain_event` alone. */
async function change(
  context: Pick<Context, "db">,
  { log: { address: contract } }: { readonly log: { readonly address: `0x${string}` } },
  id: bigint,
  to: Partial<typeof escrow.$inferInsert>,
): Promise<void> {
  if ((await context.db.find(escrow, { contract, id })) === null) return;
  await context.db.update(escrow, { contract, id }).set(to);
}
