import type { Context } from "ponder:registry";
import { chainEvent } from "ponder:schema";

type Address = `0x${string}`;

/** What every log carries, whichever event it is. */
type Log = {
  readonly id: string;
  readonly block: { readonly number: bigint; readonly hash: `0x${string}`; readonly timestamp: bigint };
  readonly transaction: { readonly hash: `0x${string}` };
  readonly log: { readonly address: Address; readonly logIndex: number };
};

/** The arguments of a log, sorted into the columns of `chain_event`; `data` takes those that have none. */
type Arguments = {
  readonly escrowId?: bigint;
  readonly fromAddress?: Address;
  readonly toAddress?: Address;
  readonly amountBaseUnits?: bigint;
  readonly data?: Readonly<Record<string, string | boolean>>;
};

/** Appends the log to `chain_event`, once: the same log may arrive through two filters. */
export async function recordEvent(
  context: Pick<Context, "db" | "chain">,
  log: Log,
  kind: string,
  args: Arguments,
): Promise<void> {
  await context.db
    .insert(chainEvent)
    .values({
      id: log.id,
      chainId: context.chain.id,
      contract: log.log.address,
      kind,
      blockNumber: log.block.number,
      blockHash: log.block.hash,
      blockTimestamp: log.block.timestamp,
      txHash: log.transaction.hash,
      logIndex: log.log.logIndex,
      ...args,
      data: args.data ?? {},
    })
    .onConflictDoNothing();
}
