import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createPublicClient, http } from "viem";
import { z } from "zod";
import { type DeployedContracts, deployContracts, type EscrowShape } from "./deployContracts.ts";

const address = z.templateLiteral(["0x", z.string().regex(/^[0-9a-fA-F]{40}$/)]);
const remembered = z.object({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  shape: z.enum(["one-step", "two-step"]),
  genesisHash: z.string(),
  chainId: z.number().int(),
  mxnb: address,
  escrow: address,
  startBlock: z.number().int(),
});

export interface RememberedDeployment extends DeployedContracts {
  /** Drawn with each deployment: what belongs to one chain (database, bank journal) carries it and is never met by another. */
  id: string;
  /** False when the contracts of an earlier start were found on the chain. */
  isNew: boolean;
}

/**
 * The contracts on the chain at `rpcUrl`: those noted in the file `path` if this is the chain they are on, else new ones,
 * noted there. A chain that forgot them (its state was lost) counts as a new chain.
 */
export async function rememberDeployment(
  rpcUrl: string,
  path: string,
  shape: EscrowShape,
): Promise<RememberedDeployment> {
  const chain = createPublicClient({ transport: http(rpcUrl) });
  const { hash: genesisHash } = await chain.getBlock({ blockNumber: 0n });
  const known = existsSync(path) ? remembered.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
  if (known?.genesisHash === genesisHash && known.shape === shape) {
    const codes = await Promise.all([known.escrow, known.mxnb].map((address) => chain.getCode({ address })));
    if (codes.every((code) => code !== undefined)) return { ...known, isNew: false };
  }
  const id = randomBytes(4).toString("hex");
  const deployed = { id, ...(await deployContracts(rpcUrl, shape)) };
  writeFileSync(path, `${JSON.stringify({ ...deployed, shape, genesisHash }, null, 2)}\n`);
  return { ...deployed, isNew: true };
}
