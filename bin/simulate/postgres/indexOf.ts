import type { MinedBlock } from "../chain/createChain.ts";
import type { Command } from "./protocol.ts";

type Change = Command & { kind: "index" };

/** What an index that follows the chain shows differently each time, as rows of Ponder's views. */
export function indexOf(chainId: number): (chain: readonly MinedBlock[]) => Change | null {
  const seen: string[] = [];
  return (chain) => {
    const head = chain.at(-1);
    if (head === undefined) return null;
    const gone: string[] = [];
    while (seen.length > 0 && chain[seen.length - 1]?.hash !== seen.at(-1)) gone.push(seen.pop() ?? "");
    const news = chain.slice(seen.length);
    seen.push(...news.map(({ hash }) => hash));
    const logs = news.flatMap(({ mined }) => mined).flatMap((one) => one.logs);
    return {
      ...{ kind: "index", gone, chainId, checkpoint: checkpointOf(chainId, head) },
      logs: logs.map((log) => ({
        ...{ chain_id: chainId, contract: log.contract, kind: log.kind, tx_hash: log.txHash },
        // The key's last part is the log's number among its like.
        log_index: Number(log.key.split(":").at(-1)),
        ...{ block_number: String(log.blockNumber), block_hash: log.blockHash, escrow_id: log.escrowId },
        ...{ from_address: log.from, to_address: log.to },
        amount_base_units: log.amountBaseUnits === null ? null : String(log.amountBaseUnits),
      })),
    };
  };
}

/** As Ponder writes it: time, chain and block, each of its width. */
function checkpointOf(chainId: number, { timestampUnixS, number }: MinedBlock): string {
  const digits = (value: bigint | number, width: number) => String(value).padStart(width, "0");
  return digits(timestampUnixS, 10) + digits(chainId, 16) + digits(number, 16);
}
