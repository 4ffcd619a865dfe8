import { cpSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../bin/stack/freePort.ts";
import { programEnvironment } from "../../bin/stack/programEnvironment.ts";
import type { Child, Supervisor } from "../../bin/stack/supervise.ts";
import { answers, waitUntilReady } from "../../bin/stack/waitUntilReady.ts";

const ALIVE_WITHIN_MS = 60_000;

const BARE = {
  "ponder.config.ts": import.meta.resolve("./bare/ponder.config.ts"),
  "ponder.schema.ts": import.meta.resolve("./bare/ponder.schema.ts"),
  "src/index.ts": import.meta.resolve("./bare/src/index.ts"),
  "src/api/index.ts": import.meta.resolve("./bare/src/api/index.ts"),
};

/**
 * Starts the bare application over the same chain, in a copy, since Ponder writes beside what it runs; until it answers.
 * @param copy a folder that is not there yet; a second start goes on in it.
 */
export async function startBare(
  supervisor: Supervisor,
  { checkout, copy, env }: Readonly<{ checkout: string; copy: string; env: Readonly<Record<string, string>> }>,
): Promise<Readonly<{ url: string; stop: Child["stop"] }>> {
  for (const [file, from] of Object.entries(BARE)) cpSync(fileURLToPath(from), join(copy, file));
  symlinkSync(join(checkout, "node_modules"), join(copy, "node_modules"));
  const port = await freePort();
  const ponder = join(dirname(fileURLToPath(import.meta.resolve("ponder"))), "bin", "ponder.js");
  const child = await supervisor.start({
    name: "bare",
    command: process.execPath,
    args: [ponder, "start", "--schema", "bare", "--hostname", "127.0.0.1", "--port", String(port)],
    cwd: copy,
    env: programEnvironment({ ...env, PONDER_TELEMETRY_DISABLED: "1", PORT: String(port) }),
    stopSignal: "SIGINT",
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, ALIVE_WITHIN_MS, () => answers(`${url}/health`));
  return { url, stop: child.stop };
}
