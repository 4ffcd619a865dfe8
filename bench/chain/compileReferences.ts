import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Abi, Hex } from "viem";
import { z } from "zod";

type Compiled = Readonly<{ abi: Abi; bytecode: Hex }>;

const FOLDER = join(import.meta.dirname, "contracts");
/** As contracts/foundry.toml has it. */
const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: "cancun",
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
};

const output = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).optional(),
  contracts: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        abi: z.custom<Abi>((value) => Array.isArray(value)),
        evm: z.object({ bytecode: z.object({ object: z.string() }) }),
      }),
    ),
  ),
});

/** Compiles what our escrow's gas is held to, by solc-js. @returns each by its name. @throws Error with the compiler's words. */
export function compileReferences(): (name: string) => Compiled {
  const require = createRequire(import.meta.url);
  const solc = require("solc") as { compile(input: string, callbacks: object): string };
  const files = readdirSync(FOLDER);
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(files.map((file) => [file, { content: readFileSync(join(FOLDER, file), "utf8") }])),
    settings: SETTINGS,
  };
  const importFile = (path: string) => ({ contents: readFileSync(require.resolve(path), "utf8") });
  const { errors = [], contracts } = output.parse(
    JSON.parse(solc.compile(JSON.stringify(input), { import: importFile })),
  );
  const refused = errors.filter(({ severity }) => severity === "error");
  if (refused.length > 0) throw new Error(refused.map(({ formattedMessage }) => formattedMessage).join("\n"));
  const byName = new Map(files.flatMap((file) => Object.entries(contracts[file] ?? {})));
  return (name) => {
    const found = byName.get(name);
    if (found === undefined) throw new Error(`There is no reference ${name}.`);
    return { abi: found.abi, bytecode: `0x${found.evm.bytecode.object}` };
  };
}
