import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../bin/stack/freePort.ts";
import { openStateFolder, removeState } from "../../bin/stack/openStateFolder.ts";
import { type PreparedStack, prepareStack, STOP_WITHIN_MS, startStack } from "../../bin/stack/startStack.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const checkout = resolve(import.meta.dirname, "../..");
const readme = readFileSync(join(checkout, "README.md"), "utf8");

/** The README's commands, in order, with what each says that it answers. */
const examples = [...readme.matchAll(/^```bash test\n(.*?)^```$/gms)].map(([, commands = ""]) => ({
  commands,
  answers: [...commands.matchAll(/# → (.+)$/gm)].map(([, answer = ""]) => answer),
  says: commands.split("\n", 1)[0] ?? "",
}));

// Windows, and a machine with only Node, have neither: there the README is for somebody else's terminal.
const hasShellTools = ["bash", "curl"].every((tool) => spawnSync(tool, ["--version"]).error === undefined);

test("every example of the README says what it answers", () => {
  expect(examples.length).toBeGreaterThan(5);
  expect(examples.filter(({ answers }) => answers.length === 0)).toEqual([]);
});

describe.skipIf(!hasShellTools)("a newcomer's terminal beside npm start", () => {
  const folder = openTestFolder();
  const stateFolder = folder.pathOf(".kustodia");
  let prepared: PreparedStack | undefined;

  beforeAll(async () => {
    const ports = { apiPort: await freePort(), ponderPort: await freePort() };
    const options = {
      checkout,
      stateFolder,
      env: {},
      ...ports,
      shape: "one-step",
      fresh: false,
      say: () => undefined,
    } as const;
    prepared = await prepareStack(options);
    await startStack(options, prepared);
  });

  afterAll(async () => {
    await prepared?.supervisor.stopAll(STOP_WITHIN_MS);
    removeState(openStateFolder(stateFolder));
    folder.remove();
  });

  test.each(examples)("$says", { timeout: 120_000 }, async ({ commands, answers }) => {
    const { said, code } = await runInTerminal(commands);
    expect(code, said).toBe(0);
    for (const answer of answers) expect(said).toContain(answer);
  });

  /** One terminal: each block finds the variables and functions of those before it, and stands where `.kustodia` is. */
  async function runInTerminal(commands: string) {
    const session = [
      "set -aeuo pipefail",
      "if [ -e terminal ]; then . ./terminal; fi",
      commands,
      "{ export -p; declare -f; } > terminal",
    ];
    const bash = spawn("bash", ["-c", session.join("\n")], {
      cwd: folder.path,
      env: { PATH: process.env.PATH, HOME: folder.path },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const code = new Promise((done) => bash.once("exit", done));
    return { said: (await Promise.all([text(bash.stdout), text(bash.stderr)])).join(""), code: await code };
  }
});
