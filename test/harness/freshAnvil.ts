import { type AnvilOptions, type RunningAnvil, startAnvil } from "../../bin/stack/startAnvil.ts";
import { supervise } from "../../bin/stack/supervise.ts";
import { openTestFolder } from "./testFolder.ts";

/**
 * A real Anvil of its own (a block per transaction unless told otherwise). At the top of a test file:
 * `const anvil = await freshAnvil(); afterAll(() => anvil.stop());`
 */
export async function freshAnvil(options: AnvilOptions = {}): Promise<RunningAnvil> {
  const folder = openTestFolder();
  const anvil = await startAnvil(supervise(folder.path), options);
  return {
    ...anvil,
    stop: async (boundMs) => {
      const way = await anvil.stop(boundMs);
      folder.remove();
      return way;
    },
  };
}
