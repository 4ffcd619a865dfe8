import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** The folder of the Solidity sources and of foundry.toml. */
export const contractsFolder = fileURLToPath(new URL("../../contracts/", import.meta.url));

/**
 * Runs forge offline in contracts/ and returns what it printed.
 * With `show`, what it prints goes to the terminal instead, and the result is empty.
 * Throws when forge cannot be started or ends with another code than 0; the message carries its output.
 */
export async function forge(args: readonly string[], show = false): Promise<string> {
  // solc cannot follow OpenZeppelin's relative imports from a path that climbs out of contracts/ ("../node_modules"),
  // so the remapping is absolute, and therefore stands here and not in foundry.toml.
  const remapping = `@openzeppelin/contracts/=${dirname(require.resolve("@openzeppelin/contracts/package.json"))}/`;
  const launcher = join(dirname(require.resolve("@foundry-rs/forge/package.json")), "bin.mjs");
  const child = spawn(process.execPath, [launcher, ...args, "--offline", "--remappings", remapping], {
    cwd: contractsFolder,
    env: { ...process.env, TARGET_TOOL: "forge" },
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
