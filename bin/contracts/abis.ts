import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Abi } from "viem";
import { buildContracts } from "./build.ts";

/** The folder of the generated ABIs. */
export const abisFolder = fileURLToPath(new URL("../../abis/", import.meta.url));

/** Compiles contracts/ and returns the text of each file of abis/, by file name. */
export async function renderAbis(): Promise<Readonly<Record<string, string>>> {
  const { escrow, mxnb } = await buildContracts();
  return {
    "kustodiaEscrow.ts": render("kustodiaEscrowAbi", "contracts/KustodiaEscrow2_0.sol", escrow.abi),
    "mxnb.ts": render("mxnbAbi", "contracts/MXNB.sol", mxnb.abi),
  };
}

/** Writes abis/ anew. */
export async function writeAbis(): Promise<void> {
  await mkdir(abisFolder, { recursive: true });
  for (const [file, text] of Object.entries(await renderAbis())) await writeFile(`${abisFolder}${file}`, text);
}

/** One entry a line, so that a changed function is one line of a diff. */
function render(name: string, source: string, abi: Abi): string {
  const entries = abi.map((entry) => `  ${JSON.stringify(entry)},\n`).join("");
  return `// Generated from ${source} by \`npm run contracts -- abis\`. Do not edit.\nexport const ${name} = [\n${entries}] as const;\n`;
}
