import { type Context, type Event, ponder } from "ponder:registry";
import { approval, balance, balancePoint, blacklistedAccount, tokenState, transfer } from "ponder:schema";
import { recordEvent } from "./recordEvent.ts";

/*
 * `MXNB` brings what leaves our addresses, `MXNBToUs` what reaches them. A transfer from the bridge to the escrow is both:
 * its row is written once, and each side of it moves its own balance.
 */

ponder.on("MXNB:Transfer", async ({ event, context }) => {
  await recordTransfer(context, event);
  await addToBalance(context, event, event.args.from, { sent: event.args.value });
});

ponder.on("MXNBToUs:Transfer", async ({ event, context }) => {
  await recordTransfer(context, event);
  await addToBalance(context, event, event.args.to, { received: event.args.value });
});

ponder.on("MXNB:Approval", async ({ event, context }) => {
  await recordApproval(context, event);
});

ponder.on("MXNBToUs:Approval", async ({ event, context }) => {
  await recordApproval(context, event);
});

ponder.on("MXNB:Mint", async ({ event, context }) => {
  const { minter, to, amount } = event.args;
  await recordEvent(context, event, "Mint", { fromAddress: minter, toAddress: to, amountBaseUnits: amount });
});

ponder.on("MXNB:Burn", async ({ event, context }) => {
  const { burner, amount } = event.args;
  await recordEvent(context, event, "Burn", { fromAddress: burner, amountBaseUnits: amount });
});

ponder.on("MXNB:Blacklisted", async ({ event, context }) => {
  const account = event.args._account;
  await recordEvent(context, event, "Blacklisted", { toAddress: account });
  // The token lets an account be blacklisted twice, and says so each time: the first time counts.
  await context.db
    .insert(blacklistedAccount)
    .values({ token: event.log.address, account, sinceBlock: event.block.number, sinceTxHash: event.transaction.hash })
    .onConflictDoNothing();
});

ponder.on("MXNB:UnBlacklisted", async ({ event, context }) => {
  const account = event.args._account;
  await recordEvent(context, event, "UnBlacklisted", { toAddress: account });
  await context.db.delete(blacklistedAccount, { token: event.log.address, account });
});

ponder.on("MXNB:Pause", async ({ event, context }) => {
  await recordEvent(context, event, "Pause", {});
  await setPaused(context, event, true);
});

ponder.on("MXNB:Unpause", async ({ event, context }) => {
  await recordEvent(context, event, "Unpause", {});
  await setPaused(context, event, false);
});

type Transfer = Event<"MXNB:Transfer"> | Event<"MXNBToUs:Transfer">;
type Approval = Event<"MXNB:Approval"> | Event<"MXNBToUs:Approval">;

async function recordTransfer(context: Context, event: Transfer): Promise<void> {
  const { from, to, value } = event.args;
  await recordEvent(context, event, "Transfer", { fromAddress: from, toAddress: to, amountBaseUnits: value });
  await context.db
    .insert(transfer)
    .values({ from, to, amountBaseUnits: value, ...place(event) })
    .onConflictDoNothing();
}

async function recordApproval(context: Context, event: Approval): Promise<void> {
  const { owner, spender, value } = event.args;
  await recordEvent(context, event, "Approval", { fromAddress: owner, toAddress: spender, amountBaseUnits: value });
  await context.db
    .insert(approval)
    .values({ owner, spender, amountBaseUnits: value, ...place(event) })
    .onConflictDoNothing();
}

function place(event: Transfer | Approval) {
  return {
    id: event.id,
    blockNumber: event.block.number,
    blockTimestamp: event.block.timestamp,
    txHash: event.transaction.hash,
  };
}

async function addToBalance(
  context: Context,
  event: Transfer,
  account: `0x${string}`,
  { received = 0n, sent = 0n }: { received?: bigint; sent?: bigint },
): Promise<void> {
  const escrows: readonly `0x${string}`[] = [context.contracts.KustodiaEscrow.address].flat();
  const holder = escrows.includes(account) ? "escrow" : "bridge";
  const changeBaseUnits = received - sent;
  const { amountBaseUnits } = await context.db
    .insert(balance)
    .values({
      account,
      holder,
      receivedBaseUnits: received,
      sentBaseUnits: sent,
      amountBaseUnits: changeBaseUnits,
      updatedBlock: event.block.number,
    })
    .onConflictDoUpdate((row) => ({
      receivedBaseUnits: row.receivedBaseUnits + received,
      sentBaseUnits: row.sentBaseUnits + sent,
      amountBaseUnits: row.amountBaseUnits + changeBaseUnits,
      updatedBlock: event.block.number,
    }));
  // A transfer to itself comes twice, once as each side of it.
  await context.db
    .insert(balancePoint)
    .values({ holder, account, changeBaseUnits, amountBaseUnits, ...place(event) })
    .onConflictDoUpdate((row) => ({ changeBaseUnits: row.changeBaseUnits + changeBaseUnits, amountBaseUnits }));
}

async function setPaused(
  context: Context,
  event: Event<"MXNB:Pause"> | Event<"MXNB:Unpause">,
  paused: boolean,
): Promise<void> {
  const now = { paused, changedBlock: event.block.number, changedTxHash: event.transaction.hash };
  await context.db
    .insert(tokenState)
    .values({ token: event.log.address, ...now })
    .onConflictDoUpdate(now);
}
