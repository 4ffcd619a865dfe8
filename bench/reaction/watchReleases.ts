import pg from "pg";
import { createPublicClient, webSocket } from "viem";
import { mxnbAbi } from "../../abis/mxnb.ts";
import type { System } from "../../bin/certify/openSystem.ts";
import { BASE_UNITS_PER_CENTAVO } from "../../reactor/payments/money.ts";
import type { Reaction } from "./benchReaction.ts";

/**
 * Watches each escrow's release from both sides of the index: when its block was mined, by a websocket to the node, and
 * when Ponder's row of it could be read, by a reader that is told of each block as the reactor is and asks for those rows alone.
 */
export async function watchReleases({ anvil, contracts, databaseUrl }: System): Promise<
  Readonly<{
    /** @param sentAtMs when the money was sent on, unix ms. @throws Error when the release was not seen. */
    reactionOf(amountCentavos: bigint, sentAtMs: number): Reaction;
    stop(): Promise<void>;
  }>
> {
  const mined = new Map<bigint, { atMs: number; hash: string }>();
  const visible = new Map<string, number>();
  const transport = webSocket(anvil.wsUrl);
  const node = createPublicClient({ transport });
  const unwatch = node.watchContractEvent({
    address: contracts.mxnb,
    abi: mxnbAbi,
    eventName: "Transfer",
    args: { from: contracts.escrow },
    onLogs(logs) {
      const atMs = Date.now();
      for (const { args, transactionHash } of logs)
        if (args.value !== undefined) mined.set(args.value, { atMs, hash: transactionHash });
    },
  });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  let last = Promise.resolve();
  client.on("notification", () => {
    last = last.then(async () => {
      const { rows } = await client.query<{ hash: string }>(
        `select tx_hash as hash from chain.chain_event where kind = 'EscrowReleased' order by block_number desc limit 8`,
      );
      const atMs = Date.now();
      for (const { hash } of rows) if (!visible.has(hash)) visible.set(hash, atMs);
    });
  });
  await client.query(`listen "chain_live_query"`);
  return {
    reactionOf(amountCentavos, sentAtMs) {
      const release = mined.get(amountCentavos * BASE_UNITS_PER_CENTAVO);
      const visibleAtMs = release && visible.get(release.hash);
      if (release === undefined || visibleAtMs === undefined)
        throw new Error(`Nobody saw the release of ${amountCentavos} centavos.`);
      return { tookMs: sentAtMs - release.atMs, floorMs: visibleAtMs - release.atMs };
    },
    async stop() {
      unwatch();
      client.removeAllListeners("notification");
      await last;
      await client.end();
      (await node.transport.getRpcClient()).close();
    },
  };
}
