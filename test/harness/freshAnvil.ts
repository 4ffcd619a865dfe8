import { afterAll } from "vitest";
import { type AnvilOptions, type RunningAnvil, startAnvil } from "../../bin/stack/startAnvil.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { openTestFolder } from "./testFolder.ts";

/** A real Anvil of its own for the calling test file (a block per transaction unless told otherwise); ends with the file. */
export async function freshAnvil(options: AnvilOptions = {}): Promise<RunningAnvil> {
  const folder = openTestFolder();
  const anvil = await startAnvil(supervise(folder.path), options);
  afterAll(async () => {
    await anvil.stop();
    folder.remove();
  });
  return anvil;
}
