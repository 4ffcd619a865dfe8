import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";

const savedChain = z.looseObject({
  blocks: z.array(z.looseObject({ header: z.looseObject({ number: z.string(), timestamp: z.string() }) })),
});
type SavedBlock = z.output<typeof savedChain>["blocks"][number];

/**
 * Anvil makes a new block 0 at each start, before it loads its state, and saves it with the others: from the third start
 * on, any of them may be served as block 0 (seen with 1.7.1), and whoever knows a chain by it takes this one for another.
 * Leaves only the oldest in the file, which is block 1's parent.
 */
export function keepOneGenesis(statePath: string): void {
  const chain = savedChain.parse(JSON.parse(readFileSync(statePath, "utf8")));
  const made = (block: SavedBlock) => BigInt(block.header.timestamp);
  const geneses = chain.blocks.filter(isGenesis).sort((a, b) => Number(made(a) - made(b)));
  if (geneses.length < 2) return;
  const blocks = chain.blocks.filter((block) => !isGenesis(block) || block === geneses[0]);
  writeFileSync(`${statePath}.new`, JSON.stringify({ ...chain, blocks }), { mode: 0o600 });
  renameSync(`${statePath}.new`, statePath);
}

const isGenesis = (block: SavedBlock) => BigInt(block.header.number) === 0n;
