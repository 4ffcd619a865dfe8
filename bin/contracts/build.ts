import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Abi, Hex } from "viem";
import { z } from "zod";
import { contractsFolder, forge } from "./forge.ts";

type Artifact = { readonly abi: Abi; readonly bytecode: Hex };

const sources = {
  escrow: "KustodiaEscrow2_0.sol",
  twoStepEscrow: "test/TwoStepEscrow.sol",
  mxnb: "MXNB.sol",
} as const;

export type Contracts = Readonly<Record<keyof typeof sources, Artifact>>;

const artifactSchema = z.object({
  abi: z.custom<Abi>((value) => Array.isArray(value)),
  bytecode: z.custom<Hex>((value) => typeof value === "string" && /^0x[0-9a-f]+$/.test(value)),
});
const contractsSchema = z.object({ escrow: artifactSchema, twoStepEscrow: artifactSchema, mxnb: artifactSchema });
const forgeArtifactSchema = z
  .object({ abi: z.unknown(), bytecode: z.object({ object: z.unknown() }) })
  .transform(({ abi, bytecode }) => artifactSchema.parse({ abi, bytecode: bytecode.object }));

/**
 * Compiles our escrow, the double of the deployed one and the MXNB double, and returns ABI and creation bytecode of each.
 * What was compiled is kept in contracts/out/ under the hash of all that went into it: an unchanged source costs a file
 * read, and several processes may ask at once, since a file appears there whole or not at all.
 * Throws with forge's output when a contract does not compile.
 */
export async function buildContracts(): Promise<Contracts> {
  const folder = join(contractsFolder, "out");
  const file = join(folder, `contracts-${await hashOfInputs()}.json`);
  const kept = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (kept !== undefined) return contractsSchema.parse(JSON.parse(kept));

  const contracts = await compile();
  await mkdir(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(contracts));
  await rename(unfinished, file);
  return contracts;
}

async function compile(): Promise<Contracts> {
  const out = await mkdtemp(join(tmpdir(), "kustodia-contracts-"));
  try {
    await forge(["build", ...Object.values(sources), "--no-cache", "--out", out]);
    const read = async (source: string) => {
      const name = source.replace(/^.*\//, "");
      const json = await readFile(join(out, name, name.replace(/\.sol$/, ".json")), "utf8");
      return forgeArtifactSchema.parse(JSON.parse(json));
    };
    const { escrow, twoStepEscrow, mxnb } = sources;
    return { escrow: await read(escrow), twoStepEscrow: await read(twoStepEscrow), mxnb: await read(mxnb) };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function hashOfInputs(): Promise<string> {
  const require = createRequire(import.meta.url);
  const hash = createHash("sha256");
  for (const name of ["solc", "@openzeppelin/contracts", "@foundry-rs/forge"]) {
    hash.update(`${name} ${require(`${name}/package.json`).version}\n`);
  }
  const files = [...(await readdir(contractsFolder)), "test/TwoStepEscrow.sol"].filter((file) =>
    /\.(sol|toml)$/.test(file),
  );
  for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(join(contractsFolder, file)));
  return hash.digest("hex").slice(0, 16);
}
