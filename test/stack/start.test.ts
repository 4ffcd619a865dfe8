import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { freePort } from "../../bin/stack/freePort.ts";
import { openStateFolder, removeState } from "../../bin/stack/openStateFolder.ts";
import { openTestFolder } from "../harness/testFolder.ts";

const folder = openTestFolder();
afterAll(() => {
  removeState(openStateFolder(folder.pathOf("state")));
  folder.remove();
});

/** Runs `npm start`'s program to its end: here it always ends by itself, because something is wrong. */
async function startAndFail(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const ports = { API_PORT: String(await freePort()), PONDER_PORT: String(await freePort()) };
  const child = spawn(process.execPath, ["--import", "tsx", "bin/start.ts", ...args], {
    env: { PATH: process.env.PATH, KUSTODIA_STATE_FOLDER: folder.pathOf("state"), ...ports, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const code = new Promise((resolve) => child.once("exit", resolve));
  return { said: (await Promise.all([text(child.stdout), text(child.stderr)])).join(""), code: await code };
}

test("a taken port: the sentence names it and its variable", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  const port = String(typeof address === "object" && address !== null ? address.port : 0);
  try {
    const { said, code } = await startAndFail({ PONDER_PORT: port });
    expect(said).toContain(`El puerto ${port}, que necesita Ponder (PONDER_PORT), está ocupado`);
    expect(said).not.toContain("    at ");
    expect(code).toBe(1);
  } finally {
    holder.close();
  }
});

test("a folder that cannot be made: the sentence names it", async () => {
  const file = folder.pathOf("a-file");
  writeFileSync(file, "");
  const { said, code } = await startAndFail({ KUSTODIA_STATE_FOLDER: `${file}/state` });
  expect(said).toContain(`No se puede escribir en ${file}/state`);
  expect(said).not.toContain("    at ");
  expect(code).toBe(1);
});

test("a chain that does not answer: the sentence names its variable, and what was started is stopped", async () => {
  const { said, code } = await startAndFail({ ETH_RPC_URL: `http://127.0.0.1:${await freePort()}` });
  expect(said).toContain("La cadena de ETH_RPC_URL no contesta");
  expect(code).toBe(1);
});

test("a database that does not answer: the sentence names its variable", async () => {
  const { said, code } = await startAndFail({ DATABASE_URL: `postgresql://127.0.0.1:${await freePort()}/pagos` });
  expect(said).toContain("La base de datos configurada no contesta");
  expect(code).toBe(1);
});

test("an unknown option: the sentence names the one there is", async () => {
  const { said, code } = await startAndFail({}, ["--frehs"]);
  expect(said).toContain("La única opción es --fresh");
  expect(code).toBe(1);
});
