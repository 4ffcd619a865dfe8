import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

const checkout = resolve(import.meta.dirname, "../..");

/**
 * Runs one bench as small as it can be, as a person would.
 * @returns the figures under its name in the line that `--json` ends with. @throws Error when it does not end with 0.
 */
export async function runTiny(name: string): Promise<unknown> {
  const args = ["--import", "tsx", "bench/main.ts", name, "--tiny", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: checkout });
  const line = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Readonly<Record<string, unknown>>;
  return line[name];
}
