import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** The folder of the Solidity sources and of foundry.toml. */
export const contractsFolder = fileURLToPath(new URL("../../contracts/", import.meta.url));

/**
 * Runs forge in contracts/ and returns what it printed.
 * With `show`, what it prints goes to the terminal instead, and the result is empty.
 * Throws when forge is missing, cannot be started or ends with another code than 0; the message carries its output.
 */
export async function forge(args: readonly string[], show = false): Promise<string> {
  const openZeppelin = dirname(require.resolve("@openzeppelin/contracts/package.json"));
  const child = spawn(forgeBinary(), args, {
    cwd: contractsFolder,
    // Absolute, and therefore not in foundry.toml: solc cannot follow OpenZeppelin's own relative imports from a path
    // that climbs out of contracts/ ("../node_modules").
    env: { ...process.env, FOUNDRY_REMAPPINGS: `@openzeppelin/contracts/=${openZeppelin}/` },
    stdio: show ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`forge ${args[0]} ended with code ${code}\n${printed}`.trim());
  return printed;
}

/** The real binary: the launcher of @foundry-rs/forge 1.7.1 ends with code 0 whatever forge ends with. */
function forgeBinary(): string {
  // Foundry says amd64 where Node says x64.
  const name = `@foundry-rs/forge-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  try {
    const besideForge = createRequire(require.resolve("@foundry-rs/forge/package.json"));
    return join(dirname(besideForge.resolve(`${name}/package.json`)), "bin", "forge");
  } catch (cause) {
    throw new Error(`forge is not installed for this machine: ${name} is missing. Run npm install here.`, { cause });
  }
}
